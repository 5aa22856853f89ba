package io.parley.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * What {@code parley bench pushpull} does, with bare JeroMQ sockets: one process pushes numbered messages, another pulls them
 * and checks number and size of each. The first fifth is not measured. Arguments: bytes of a message, at least 16, and how
 * many.
 */
public final class RawPushPull {
    private static final String PULL = "pull";

    /** So much may wait on each side, but no fewer and no more messages than this. */
    private static final long WAITING_BYTES = 16L * 1024 * 1024;

    private static final long FEWEST_WAITING = 1_000;
    private static final long MOST_WAITING = 100_000;

    private RawPushPull() {}

    /** Runs both sides, or as a child the one that pulls. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals(PULL)) {
            pull(arguments[1], Integer.parseInt(arguments[2]), Long.parseLong(arguments[3]));
        } else {
            push(Integer.parseInt(arguments[0]), Long.parseLong(arguments[1]));
        }
    }

    private static void push(int size, long count) throws IOException, InterruptedException {
        try (ZContext context = new ZContext()) {
            ZMQ.Socket socket = context.createSocket(SocketType.PUSH);
            socket.setSndHWM(waiting(size));
            socket.setLinger(-1);
            int port = socket.bindToRandomPort("tcp://127.0.0.1");
            Process child = child("tcp://127.0.0.1:" + port, size, count);
            long cpu = 0;
            for (long number = 0; number < count; number++) {
                if (number == count / 5) {
                    cpu = cpuNanos();
                }
                // A message is the socket's once it is sent, so each needs bytes of its own.
                byte[] message = new byte[size];
                numbers(message).putLong(0, number).putLong(size - Long.BYTES, ~number);
                socket.send(message);
            }
            try (BufferedReader lines =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                String figures = lines.readLine();
                double micros = (cpuNanos() - cpu) / 1e3 / (count - count / 5);
                if (child.waitFor() != 0 || figures == null) {
                    System.exit(1);
                }
                System.out.println(figures.replace("SENDER", String.format(Locale.ROOT, "%.3f", micros)));
            }
        }
    }

    private static Process child(String address, int size, long count) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), RawPushPull.class.getName(), PULL));
        command.addAll(List.of(address, Integer.toString(size), Long.toString(count)));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void pull(String address, int size, long count) {
        try (ZContext context = new ZContext()) {
            ZMQ.Socket socket = context.createSocket(SocketType.PULL);
            socket.setRcvHWM(waiting(size));
            socket.connect(address);
            long start = 0;
            long cpu = 0;
            for (long number = 0; number < count; number++) {
                byte[] message = socket.recv();
                if (message == null
                        || message.length != size
                        || numbers(message).getLong(0) != number
                        || numbers(message).getLong(size - Long.BYTES) != ~number) {
                    throw new IllegalStateException("message " + number + " was expected");
                }
                if (number == count / 5) {
                    start = System.nanoTime();
                    cpu = cpuNanos();
                }
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long measured = count - count / 5;
            System.out.printf(
                    Locale.ROOT,
                    "{\"work\":\"raw-jeromq\",\"size\":%d,\"messages\":%d,\"seconds\":%.3f,\"messagesPerSecond\":%.0f,"
                            + "\"cpuMicrosPerMessage\":{\"sender\":SENDER,\"receiver\":%.3f}}%n",
                    size,
                    measured,
                    seconds,
                    measured / seconds,
                    (cpuNanos() - cpu) / 1e3 / measured);
        }
    }

    private static int waiting(int size) {
        return (int) Math.max(FEWEST_WAITING, Math.min(MOST_WAITING, WAITING_BYTES / size));
    }

    private static ByteBuffer numbers(byte[] message) {
        return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long cpuNanos() {
        return ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                .getProcessCpuTime();
    }
}
