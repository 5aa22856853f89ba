package io.parley.transport.internal.guard;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Arrays;

/** Someone who speaks ZMTP 3.0 byte by byte, and may break it. */
public final class RawPeer implements AutoCloseable {
    private static final int GREETING = 64;

    /** The connection. */
    public final Socket socket;

    private final DataInputStream in;

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
    }

    /** Connects to a port of this host. */
    public static RawPeer connect(int port) throws IOException {
        return new RawPeer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    /** Over a connection that was accepted. */
    public static RawPeer on(Socket accepted) throws IOException {
        return new RawPeer(accepted);
    }

    /** The 64 bytes. */
    public static byte[] greeting() {
        byte[] greeting = new byte[GREETING];
        greeting[0] = (byte) 0xff;
        greeting[9] = 0x7f;
        greeting[10] = 3;
        byte[] mechanism = "NULL".getBytes(US_ASCII);
        System.arraycopy(mechanism, 0, greeting, 12, mechanism.length);
        return greeting;
    }

    /** Greets, and says what kind of socket this is. */
    public RawPeer greet(String socketType) throws IOException {
        write(greeting());
        in.readFully(new byte[GREETING]);
        ByteArrayOutputStream ready = new ByteArrayOutputStream();
        ready.write(5);
        ready.writeBytes("READY".getBytes(US_ASCII));
        property(ready, "Socket-Type", socketType);
        property(ready, "Identity", "");
        write(new byte[] {4, (byte) ready.size()});
        write(ready.toByteArray());
        return this;
    }

    private static void property(ByteArrayOutputStream to, String name, String value) {
        to.write(name.length());
        to.writeBytes(name.getBytes(US_ASCII));
        to.writeBytes(new byte[] {0, 0, 0, (byte) value.length()});
        to.writeBytes(value.getBytes(US_ASCII));
    }

    /** Reads the other side's READY, and returns its bytes as text. */
    public String readReady() throws IOException {
        in.readByte();
        byte[] body = new byte[in.readUnsignedByte()];
        in.readFully(body);
        return new String(body, US_ASCII);
    }

    /** Sends these bytes. */
    public RawPeer write(byte... bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** Whether the other side closes the connection; what it sends before is skipped. */
    public boolean isClosedByOther() {
        try {
            byte[] skipped = new byte[1_024];
            int read = in.read(skipped);
            while (read > 0) {
                read = in.read(skipped);
            }
            return true;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** How many bytes have come. */
    public int available() throws IOException {
        return in.available();
    }

    /** Reads so many bytes. */
    public byte[] read(int count) throws IOException {
        byte[] bytes = new byte[count];
        in.readFully(bytes);
        return Arrays.copyOf(bytes, count);
    }

    /** Closes so that the system forgets the connection at once. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
