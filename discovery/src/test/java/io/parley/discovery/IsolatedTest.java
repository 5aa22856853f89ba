package io.parley.discovery;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.parley.testkit.netlab.Netlab;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A host that has nothing but its loopback interface: processes find each other there without being told anything. */
@Tag("netlab")
@Timeout(120)
class IsolatedTest {
    @BeforeAll
    static void needsNamespaces() {
        assumeTrue(Netlab.obstacle().isEmpty(), Netlab::obstacle);
    }

    @Test
    void shouldFindEachOtherWhereThereIsNothingButLoopback() throws Exception {
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "--", "bash", "-c"));
        command.add("ip link set lo up; exec 3<&0; \"$@\" one <&3 & \"$@\" two <&3 & wait");
        command.add("isolated");
        command.addAll(HostProcess.java(HostNode.class));
        try (HostProcess both = HostProcess.start(ProcessBuilder::new, command)) {
            both.awaitUp("one", "two", 30);
            both.awaitUp("two", "one", 30);
        }
    }
}
