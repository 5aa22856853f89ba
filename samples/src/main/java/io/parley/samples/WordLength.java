package io.parley.samples;

import io.parley.core.Node;
import io.parley.core.Service;
import io.parley.core.codec.Codec;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A question and its answer. Two nodes serve; a request goes to the one with more room, and since it does no harm to run it
 * twice, to the other one when its replier dies meanwhile.
 */
public final class WordLength {
    // tag::service
    static final Service<String, Integer> LENGTH =
            Service.of("length", Codec.utf8(), Codec.int32()).idempotent();
    // end::service

    private WordLength() {}

    /** Runs the sample. */
    public static void main(String[] arguments) {
        run(System.out::println);
    }

    static void run(Consumer<String> out) {
        try (Node one = Node.open("counter-1");
                Node two = Node.open("counter-2");
                Node desk = Node.open("desk-7")) {
            desk.addPeer(one.endpoints().get(0));
            desk.addPeer(two.endpoints().get(0));
            two.reply(LENGTH, String::length);
            serve(one);
            out.accept("hello has " + ask(desk).join() + " letters");
            out.accept("world has " + desk.requester(LENGTH).call("world")); // the same, and waits
        }
    }

    private static void serve(Node node) {
        // tag::reply
        node.reply(LENGTH, String::length);
        // end::reply
    }

    private static CompletableFuture<Integer> ask(Node node) {
        // tag::request
        CompletableFuture<Integer> length = node.requester(LENGTH).request("hello");
        // end::request
        return length;
    }
}
