package io.parley.discovery.internal.mdns;

import io.parley.discovery.internal.work.Background;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends JmDNS when nothing else keeps the JVM alive. Two of its threads are not daemons: a program whose main method is over,
 * and that forgot to close its node, would never end.
 */
final class ExitWatch {
    private static final long EVERY_MILLIS = 500;
    private static final AtomicBoolean WATCHING = new AtomicBoolean();

    private ExitWatch() {}

    static void begin() {
        if (WATCHING.compareAndSet(false, true)) {
            Background.after(EVERY_MILLIS, ExitWatch::look);
        }
    }

    private static void look() {
        if (!Responder.anyOpen()) {
            WATCHING.set(false);
            if (Responder.anyOpen()) {
                begin(); // opened in between
            }
            return;
        }
        if (onlyJmdnsLives()) {
            Responder.abandonAll();
        }
        Background.after(EVERY_MILLIS, ExitWatch::look);
    }

    private static boolean onlyJmdnsLives() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        Thread[] threads = new Thread[2 * group.activeCount() + 16];
        int count = group.enumerate(threads, true);
        return Arrays.stream(threads, 0, count).allMatch(ExitWatch::keepsNothingAlive);
    }

    private static boolean keepsNothingAlive(Thread thread) {
        return thread.isDaemon()
                || thread.getName().startsWith("JmDNS(")
                || thread.getName().startsWith("SocketListener(")
                || thread.getName().equals("DestroyJavaVM");
    }
}
