package io.parley.core.internal.engine;

import io.parley.core.Node;
import io.parley.core.NodeOpener;
import io.parley.core.NodeSettings;
import io.parley.core.spi.Runtime;
import org.jspecify.annotations.Nullable;

/** Opens nodes over the engine. */
public final class EngineOpener implements NodeOpener {
    @Override
    public Node open(NodeSettings settings, @Nullable Runtime runtime) {
        Engine engine = new Engine(settings, runtime == null ? new RealRuntime() : runtime);
        ParleyNode node = new ParleyNode(engine);
        Information.serve(engine);
        engine.start();
        return node;
    }
}
