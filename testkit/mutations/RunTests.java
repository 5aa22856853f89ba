import java.io.PrintWriter;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.engine.TestExecutionResult;

/**
 * Runs one test class, or one method of it ({@code Class#method}), until something fails. Exit 0 when all passed, 10 at the first
 * failure, 3 when there was no such test. For {@code run}, which starts no Maven for each patch.
 */
final class RunTests implements TestExecutionListener {
    private static final int RED = 10;
    private static final int NO_TEST = 3;
    private int ran;

    public static void main(String[] args) {
        String[] name = args[0].split("#");
        PostDiscoveryFilter chosen = test -> test.getSource()
                        .filter(s -> s instanceof MethodSource m && name.length > 1 && !m.getMethodName().equals(name[1]))
                        .isPresent()
                ? FilterResult.excluded("another method")
                : FilterResult.included("");
        RunTests listener = new RunTests();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(name[0]))
                                .filters(chosen)
                                .build(),
                        listener);
        System.exit(listener.ran == 0 ? NO_TEST : 0);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        ran += test.isTest() ? 1 : 0;
        result.getThrowable().ifPresent(failure -> {
            failure.printStackTrace(new PrintWriter(System.out, true));
            Runtime.getRuntime().halt(RED); // what the mutant left running does not matter
        });
    }
}
