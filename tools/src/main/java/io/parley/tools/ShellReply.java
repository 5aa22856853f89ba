package io.parley.tools;

import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import io.parley.core.wire.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** Replies that a shell command gives. */
final class ShellReply {
    private ShellReply() {}

    /** Runs a command: its input is the request, what it prints the reply. It is killed when the thread is interrupted. */
    static byte[] run(String command, byte[] request) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of("/bin/sh", "-c", command))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            CompletableFuture<byte[]> output = CompletableFuture.supplyAsync(() -> read(process));
            try (OutputStream in = process.getOutputStream()) {
                in.write(request);
            } catch (IOException notRead) {
                // A command need not read its input: what counts is how it ends.
            }
            int code = process.waitFor(); // an interrupt ends this, not a read
            if (code != 0) {
                throw new ParleyException(ErrorCode.HANDLER_FAILED, "'" + command + "' ended with " + code);
            }
            return withoutLineBreak(output.get());
        } catch (ExecutionException e) {
            throw new IOException("what '" + command + "' printed cannot be read", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    /** One byte more than a reply may have is enough to see that it is too long. */
    private static byte[] read(Process process) {
        try {
            byte[] reply = process.getInputStream().readNBytes(Request.MAX_PAYLOAD + 1);
            if (reply.length > Request.MAX_PAYLOAD) {
                process.destroy(); // it would wait for somebody to read the rest
            }
            return reply;
        } catch (IOException killed) {
            return new byte[0];
        }
    }

    private static byte[] withoutLineBreak(byte[] text) {
        boolean ends = text.length > 0 && text[text.length - 1] == '\n';
        return ends ? Arrays.copyOf(text, text.length - 1) : text;
    }
}
