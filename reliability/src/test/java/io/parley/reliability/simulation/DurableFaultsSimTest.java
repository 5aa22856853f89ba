package io.parley.reliability.simulation;

import io.parley.core.Node;
import io.parley.core.WorkQueue;
import io.parley.testkit.Sim;

/** The same of a DURABLE queue, over the real journal on simulated disks. */
class DurableFaultsSimTest extends WorkerFaultsSimTest {
    @Override
    WorkQueue<String> queue() {
        return Jobs.QUEUE.durable();
    }

    @Override
    Node node(Sim sim, String name) {
        return DurableWorld.node(sim, name);
    }
}
