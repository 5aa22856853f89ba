package io.parley.tools.process;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;

/** A child's side of {@link ChildProcess}: it is told to end when its standard input ends, also when the parent was killed. */
public final class ParentLink {
    /** How long a child may go on after it was told to end. */
    private static final long GRACE_SECONDS = 10;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Semaphore lines = new Semaphore(0);

    private ParentLink() {}

    /** Listens. A child that does not end by itself within ten seconds after it was told to is halted. */
    public static ParentLink listen() {
        ParentLink link = new ParentLink();
        Thread reader = new Thread(link::read, "parent-link");
        reader.setDaemon(true);
        reader.start();
        return link;
    }

    private void read() {
        try (FileInputStream in = new FileInputStream(FileDescriptor.in)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    lines.release();
                }
            }
        } catch (IOException broken) {
            // A broken pipe is an end too.
        }
        ended.countDown();
        lines.release();
        try {
            if (!new CountDownLatch(1).await(GRACE_SECONDS, java.util.concurrent.TimeUnit.SECONDS)) {
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    /** Waits for a line from the parent, which wants the same once more; false when it wants this process to end. */
    public boolean awaitAgain() throws InterruptedException {
        lines.acquire();
        return ended.getCount() > 0;
    }

    /** Waits until the parent wants this process to end, or has ended itself. */
    public void awaitEnd() throws InterruptedException {
        ended.await();
    }
}
