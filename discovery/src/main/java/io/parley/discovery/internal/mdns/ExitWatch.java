package io.parley.discovery.internal.mdns;

import io.parley.discovery.internal.work.Background;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends JmDNS with the JVM, and when nothing else keeps that alive. Two of its threads are not daemons: a program whose main
 * method is over, and that forgot to close its node, would never end.
 */
final class ExitWatch {
    private static final long EVERY_MILLIS = 500;
    private static final AtomicBoolean WATCHING = new AtomicBoolean();
    private static final AtomicBoolean HOOKED = new AtomicBoolean();

    private ExitWatch() {}

    /** From now on the end of the JVM is told to those who hear of this one. */
    static void hook() {
        if (HOOKED.compareAndSet(false, true)) {
            try {
                Runtime.getRuntime().addShutdownHook(new Thread(ExitWatch::end, "parley-discovery-exit"));
            } catch (IllegalStateException e) {
                HOOKED.set(false); // it ends already
            }
        }
    }

    private static void end() {
        EarlyWord.takeBackAll();
        Responder.endAll();
    }

    static void begin() {
        hook();
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
