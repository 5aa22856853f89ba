package io.parley.transport.internal.zmtp;

/** The other side sent what ZMTP, or our limits, do not allow. The connection ends; the message is for the operator. */
final class ProtocolViolation extends Exception {
    private static final long serialVersionUID = 1L;

    /** Without a stack trace: strangers cause these, as often as they like. */
    ProtocolViolation(String detail) {
        super(detail, null, false, false);
    }

    /** What was wrong. */
    String detail() {
        return String.valueOf(getMessage());
    }
}
