package io.parley.benchmarks;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.FragmentAssembler;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.parley.tools.bench.Arrivals;
import io.parley.tools.bench.BenchPart;
import io.parley.tools.bench.Departures;
import io.parley.tools.bench.Work;
import io.parley.tools.process.ParentLink;
import io.parley.tools.process.Report;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A side with Aeron, one way. Over UDP each side has a driver in its process, with buffers and packets as large as they may be
 * without changing the host; over shared memory both use that of the sender. A driver has one thread: there are few processors.
 */
public final class AeronSide {
    /** What Agrona reaches into. */
    static final String[] OPTIONS = {
        "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
    };

    private static final String IPC = "aeron:ipc";
    private static final int STREAM = 1;
    private static final int TERM = 16 * 1024 * 1024;
    private static final int LARGEST_PACKET = 65_504;
    private static final int SOCKET_BUFFER = 2 * 1024 * 1024;
    private static final int FRAGMENTS = 64;

    private final Work work;
    private final Aeron aeron;
    private final IdleStrategy idle = new BackoffIdleStrategy();

    private AeronSide(Work work, String directory) {
        this.work = work;
        this.aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(directory));
    }

    /** Runs the side until the driver wants it to end. */
    public static void main(String[] arguments) throws Exception {
        ParentLink parent = ParentLink.listen();
        List<String> given = List.of(arguments);
        Work work = Work.of(given.subList(1, 1 + Work.ARGUMENTS));
        boolean ipc = work.transport().equals("ipc");
        if (given.get(0).equals(BenchPart.SEND)) {
            try (MediaDriver driver = driver()) {
                new AeronSide(work, driver.aeronDirectoryName()).send(ipc ? driver.aeronDirectoryName() : null);
                parent.awaitEnd();
            }
        } else if (ipc) {
            new AeronSide(work, given.get(1 + Work.ARGUMENTS)).receive(IPC);
            parent.awaitEnd();
        } else {
            try (MediaDriver driver = driver()) {
                new AeronSide(work, driver.aeronDirectoryName())
                        .receive("aeron:udp?endpoint=127.0.0.1:0|control=" + given.get(1 + Work.ARGUMENTS));
                parent.awaitEnd();
            }
        }
        System.exit(0);
    }

    private static MediaDriver driver() {
        return MediaDriver.launchEmbedded(new MediaDriver.Context()
                .aeronDirectoryName(CommonContext.getAeronDirectoryName() + "-" + UUID.randomUUID())
                .threadingMode(ThreadingMode.SHARED)
                .termBufferSparseFile(false)
                .publicationTermBufferLength(TERM)
                .ipcTermBufferLength(TERM)
                .mtuLength(LARGEST_PACKET)
                .ipcMtuLength(LARGEST_PACKET)
                .socketSndbufLength(SOCKET_BUFFER)
                .socketRcvbufLength(SOCKET_BUFFER)
                .initialWindowLength(SOCKET_BUFFER)
                .dirDeleteOnShutdown(true));
    }

    /** Over shared memory when there is a directory. */
    private void send(@Nullable String directory) throws Exception {
        Publication publication = aeron.addExclusivePublication(
                directory == null ? "aeron:udp?control=127.0.0.1:0|control-mode=dynamic|fc=min" : IPC, STREAM);
        Departures.listening(directory == null ? address(publication) : directory);
        while (!publication.isConnected()) {
            idle.idle();
        }
        Departures departures = new Departures(work);
        UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
        departures.send(Departures.Bytes.REUSED, message -> {
            buffer.wrap(message);
            for (long result = publication.offer(buffer); result < 0; result = publication.offer(buffer)) {
                if (result != Publication.BACK_PRESSURED && result != Publication.ADMIN_ACTION) {
                    throw new IllegalStateException("offer failed: " + Publication.errorString(result));
                }
                idle.idle();
            }
            idle.reset();
        });
        Report.send(departures.sent());
    }

    private String address(Publication publication) {
        while (publication.localSocketAddresses().isEmpty()) {
            idle.idle();
        }
        return publication.localSocketAddresses().get(0);
    }

    private void receive(String channel) {
        Arrivals.Reader reader = new Arrivals(work, 1).reader();
        byte[] message = new byte[work.size()];
        FragmentAssembler assembler = new FragmentAssembler((buffer, offset, length, header) -> {
            byte[] into = length == message.length ? message : new byte[length];
            buffer.getBytes(offset, into);
            reader.take(into);
        });
        Subscription subscription = aeron.addSubscription(channel, STREAM);
        while (reader.more()) {
            idle.idle(subscription.poll(assembler, FRAGMENTS));
        }
    }
}
