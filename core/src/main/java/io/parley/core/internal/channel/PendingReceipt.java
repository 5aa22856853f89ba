package io.parley.core.internal.channel;

import io.parley.core.Receipt;
import io.parley.core.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Somebody waits for the fate of one message. Written by the loop. */
public final class PendingReceipt {
    private final CompletableFuture<Receipt> future = new CompletableFuture<>();
    private final Stage stage;
    private final List<String> by = new ArrayList<>(1);

    /** Waits for this stage. */
    public PendingReceipt(Stage stage) {
        this.stage = stage;
    }

    /** What the user waits on. */
    public CompletableFuture<Receipt> future() {
        return future;
    }

    /** What is waited for. */
    public Stage stage() {
        return stage;
    }

    /** Somebody processed it. */
    public void processedBy(String peer) {
        by.add(peer);
    }

    /** Who processed it. */
    public List<String> by() {
        return List.copyOf(by);
    }
}
