package io.parley.discovery.internal.mdns;

import io.parley.core.identity.Endpoint;
import io.parley.core.spi.Announcement;
import io.parley.discovery.internal.text.ServiceText;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.jmdns.ServiceInfo;
import org.jspecify.annotations.Nullable;

/** One node at one address: what it hears there, and what it publishes. */
final class Station implements Ear {
    private final Place place;
    private final String type;
    private final Heard heard;
    private final Responder responder;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private @Nullable ServiceInfo published;

    Station(Place place, String type, Heard heard) throws IOException {
        this.place = place;
        this.type = type;
        this.heard = heard;
        responder = Responder.at(place.address());
        responder.dns().listen(type, this);
    }

    private BoundedJmdns dns() {
        return responder.dns();
    }

    /** What a node publishes at a place; null when nobody reaches it there. */
    static @Nullable ServiceInfo service(Announcement node, Place place, String type) {
        List<Endpoint> here = node.endpoints().stream()
                .map(endpoint -> MdnsDiscovery.reachable(endpoint, place))
                .filter(Objects::nonNull)
                .toList();
        if (here.isEmpty()) {
            return null;
        }
        int port = here.get(0).port();
        List<Endpoint> more = here.subList(1, here.size());
        String name = "parley-" + node.id().brief();
        return ServiceInfo.create(type, name, port, 0, 0, ServiceText.of(node, more));
    }

    /** Publishes the node, in place of what was published before. */
    synchronized void publish(Announcement node) {
        unpublish();
        ServiceInfo info = service(node, place, type);
        if (info == null || !open.get()) {
            return;
        }
        published = info;
        try {
            dns().registerService(info);
            EarlyWord.say(dns(), info, () -> isPublished(info));
        } catch (IOException | IllegalStateException e) {
            heard.failed("publishing at " + place.address().getHostAddress() + ": " + e.getMessage());
        }
    }

    /** This was said before the station was there: it is published by now, or does not hold any more. */
    synchronized void takeOver(EarlyWord.Before said) {
        if (published == null) {
            EarlyWord.takeBack(dns(), said.info());
        }
        EarlyWord.handedOver(said);
    }

    private synchronized boolean isPublished(ServiceInfo info) {
        return published == info; // the same object: a later one says other things
    }

    /** Takes it back, which takes about two seconds. */
    void unpublish() {
        ServiceInfo info;
        synchronized (this) {
            info = published;
            published = null;
        }
        if (info != null) {
            dns().unregisterService(info);
        }
    }

    void ask() {
        if (open.get()) {
            responder.ask(type);
        }
    }

    /** Ends it, which takes about two seconds. */
    void close() {
        if (open.compareAndSet(true, false)) {
            dns().listenNoMore(type, this);
            responder.release(this::unpublish);
        }
    }

    @Override
    public void heard(ServiceHeard service) {
        heard.resolved(place, service);
    }

    @Override
    public void gone(String name) {
        heard.removed(place, name);
    }

    @Override
    public void refused(int count, String example) {
        heard.refused(count, example);
    }
}
