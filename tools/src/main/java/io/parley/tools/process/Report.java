package io.parley.tools.process;

import io.parley.tools.text.Json;
import io.parley.tools.text.LineSink;
import java.io.FileDescriptor;
import java.io.FileOutputStream;

/** How a child tells its parent what happened: a JSON object a line, each with the name of what happened under {@code event}. */
public final class Report {
    /** The name under which the name of the event stands. */
    public static final String EVENT = "event";

    private static final LineSink STDOUT = new LineSink(new FileOutputStream(FileDescriptor.out));

    private Report() {}

    /** An event of that name, to be given more. */
    public static Json event(String name) {
        return Json.object().put(EVENT, name);
    }

    /** Sends it; it is out when this returns. */
    public static void send(Json event) {
        STDOUT.line(event.toString());
    }
}
