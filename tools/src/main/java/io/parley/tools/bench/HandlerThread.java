package io.parley.tools.bench;

import io.parley.core.Handler;
import io.parley.core.Node;
import io.parley.core.QueueReader;
import io.parley.core.Replier;
import io.parley.core.RequestHandler;
import io.parley.core.Service;
import io.parley.core.Subscription;
import io.parley.core.TopicReader;
import io.parley.core.WorkQueue;
import java.util.Locale;

/** Where the handlers of a measured side run; an option of its JVM. */
public enum HandlerThread {
    /** On the node's own loop: one hop less, and a promise not to block. */
    LOOP,
    /** On the threads for handlers. */
    POOL;

    private static final String PROPERTY = "benchmark.handlers";

    /** The choice of this JVM; the pool unless it was told otherwise. */
    public static HandlerThread chosen() {
        return valueOf(System.getProperty(PROPERTY, POOL.name()));
    }

    /** For the JVM of a side. */
    public String option() {
        return "-D" + PROPERTY + "=" + name();
    }

    /** Takes messages of a queue there. */
    public <T> Subscription pull(Node node, WorkQueue<T> queue, Handler<T> handler) {
        QueueReader<T> reader = queue.reader();
        return node.pull(this == LOOP ? reader.onLoop() : reader, handler);
    }

    /** Answers requests there, one after the other. */
    public <Q, R> Replier reply(Node node, Service<Q, R> service, RequestHandler<Q, R> handler) {
        return node.reply(this == LOOP ? service.replier().onLoop() : service.concurrency(1), handler);
    }

    /** Takes messages of a topic there. */
    <T> Subscription subscribe(Node node, TopicReader<T> reader, Handler<T> handler) {
        return node.subscribe(this == LOOP ? reader.onLoop() : reader, handler);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
