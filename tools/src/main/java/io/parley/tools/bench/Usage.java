package io.parley.tools.bench;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.parley.tools.process.Report;
import io.parley.tools.text.Json;
import java.lang.management.ManagementFactory;

/**
 * What this process has used so far.
 *
 * @param nanos the JVM's nano time
 * @param cpuNanos of all its threads, compilers and collectors included
 * @param allocated bytes of all threads that live
 */
public record Usage(long nanos, long cpuNanos, long allocated) {
    /** Now. */
    public static Usage now() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long allocated = 0;
        for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            allocated += Math.max(0, bytes);
        }
        return new Usage(System.nanoTime(), system.getProcessCpuTime(), allocated);
    }

    /** Since then. */
    public Usage minus(Usage before) {
        return new Usage(nanos - before.nanos, cpuNanos - before.cpuNanos, allocated - before.allocated);
    }

    /** A report of it. */
    public Json report(String event) {
        return Report.event(event).put("nanos", nanos).put("cpuNanos", cpuNanos).put("allocated", allocated);
    }
}
