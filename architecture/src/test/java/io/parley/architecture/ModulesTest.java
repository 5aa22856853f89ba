package io.parley.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The library must mean the same on the module path and on the class path. */
class ModulesTest {
    /** A module-info and where it was found. */
    private record Built(ModuleDescriptor module, String location) {}

    @Test
    void shouldDescribeEveryLibraryModule() throws IOException {
        Set<String> described =
                library().stream().map(built -> built.module().name()).collect(toSet());
        Set<String> there = Parley.classes().stream()
                .map(Parley::moduleOf)
                .filter(Parley.LIBRARY_MODULES::contains)
                .map(module -> "io.parley." + module)
                .collect(toSet());
        assertEquals(new TreeSet<>(there), new TreeSet<>(described), "modules with a module-info");
    }

    @Test
    void shouldExportAllButTheInternals() throws IOException {
        for (Built built : someLibrary()) {
            Set<String> shown = built.module().exports().stream()
                    .filter(export -> !export.isQualified())
                    .map(ModuleDescriptor.Exports::source)
                    .collect(toSet());
            Set<String> meant = Parley.classes().stream()
                    .filter(type -> ("io.parley." + Parley.moduleOf(type))
                            .equals(built.module().name()))
                    .filter(type -> !Parley.isInternal(type))
                    .map(type -> type.getPackageName())
                    .collect(toSet());
            assertEquals(
                    new TreeSet<>(meant), new TreeSet<>(shown), built.module().name() + " exports");
        }
    }

    @Test
    void shouldProvideTheSameServicesOnTheClassPath() throws IOException {
        for (Built built : someLibrary()) {
            for (ModuleDescriptor.Provides provided : built.module().provides()) {
                assertEquals(
                        provided.providers(),
                        linesOf(built.location() + "META-INF/services/" + provided.service()),
                        "META-INF/services/" + provided.service() + " and the module-info of "
                                + built.module().name());
            }
        }
    }

    private static List<Built> someLibrary() throws IOException {
        List<Built> found = library();
        assumeFalse(found.isEmpty(), "no module-info is there yet");
        return found;
    }

    private static List<Built> library() throws IOException {
        List<Built> found = new ArrayList<>();
        for (URL url : Collections.list(ModulesTest.class.getClassLoader().getResources("module-info.class"))) {
            try (InputStream in = url.openStream()) {
                ModuleDescriptor module = ModuleDescriptor.read(in);
                String name = module.name();
                if (Parley.LIBRARY_MODULES.contains(name.replaceFirst("^io\\.parley\\.", ""))) {
                    found.add(new Built(module, url.toString().replaceFirst("module-info\\.class$", "")));
                }
            }
        }
        return found;
    }

    private static List<String> linesOf(String url) {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(URI.create(url).toURL().openStream(), UTF_8))) {
            return reader.lines().filter(line -> !line.isBlank()).toList();
        } catch (FileNotFoundException missing) {
            return List.of();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
