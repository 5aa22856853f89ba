package io.parley.samples;

import io.parley.core.DedupStore;
import io.parley.core.Message;
import io.parley.core.Node;
import io.parley.core.Topic;
import io.parley.core.channel.MessageId;
import io.parley.core.channel.Start;
import io.parley.core.codec.Codec;
import io.parley.core.identity.NodeId;
import io.parley.reliability.Reliability;
import io.parley.transport.Zmtp;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Books each order in a database once, though this process may be killed at any moment and started again: the row and the id of
 * the order are written in one transaction of the database. Arguments: the database's JDBC URL, and where the shop listens. The
 * database must keep what it has committed when its process is killed: H2 does with {@code WRITE_DELAY=0} in its URL.
 * Runs until its input ends.
 */
public final class BookedOrders implements DedupStore, AutoCloseable {
    static final Topic<String> ORDERS = Topic.of("orders", Codec.utf8()).durable();

    private final Connection db;

    private BookedOrders(Connection db) {
        this.db = db;
    }

    /** Runs the sample. */
    public static void main(String[] arguments) throws IOException, SQLException {
        try (BookedOrders books = open(arguments[0]);
                Node node = Node.builder("books")
                        .listen("tcp://127.0.0.1:0")
                        .peers(arguments[1])
                        .transport(Zmtp.transport())
                        .delivery(Reliability.inMemory())
                        .open()) {
            // tag::dedup
            node.subscribe(ORDERS.reader("books").from(Start.EARLIEST).dedup(books), books::book);
            // end::dedup
            System.in.transferTo(System.out);
        }
    }

    static BookedOrders open(String url) throws SQLException {
        Connection db = DriverManager.getConnection(url);
        try (var create = db.createStatement()) {
            create.execute("CREATE TABLE IF NOT EXISTS booked (item VARCHAR(1000))");
            create.execute(
                    "CREATE TABLE IF NOT EXISTS executed (sender VARCHAR(22) PRIMARY KEY, epoch BIGINT, lsn BIGINT)");
        }
        db.setAutoCommit(false);
        return new BookedOrders(db);
    }

    // tag::book
    private void book(Message<String> order) throws SQLException {
        try {
            write("INSERT INTO booked VALUES (?)", order.value());
            MessageId id = order.id();
            String sender = id.node().toString();
            if (write("UPDATE executed SET epoch = ?, lsn = ? WHERE sender = ?", id.epoch(), id.lsn(), sender) == 0) {
                write("INSERT INTO executed VALUES (?, ?, ?)", sender, id.epoch(), id.lsn());
            }
            db.commit();
        } catch (SQLException e) {
            db.rollback();
            throw e; // the order comes again
        }
    }

    @Override
    public Optional<MessageId> last(NodeId sender) throws SQLException {
        try (PreparedStatement select = db.prepareStatement("SELECT epoch, lsn FROM executed WHERE sender = ?")) {
            select.setString(1, sender.toString());
            ResultSet found = select.executeQuery();
            return found.next()
                    ? Optional.of(new MessageId(sender, ORDERS.settings().id(), found.getLong(1), found.getLong(2)))
                    : Optional.empty();
        }
    }
    // end::book

    private int write(String sql, Object... values) throws SQLException {
        try (PreparedStatement statement = db.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    @Override
    public void close() throws SQLException {
        db.close();
    }
}
