package io.parley.core;

import io.parley.core.channel.ChannelId;
import io.parley.core.channel.Kind;
import io.parley.core.channel.ServiceSettings;
import io.parley.core.channel.ServiceSettings.Repeat;
import io.parley.core.codec.Codec;
import io.parley.core.error.ErrorCode;
import io.parley.core.error.ParleyException;
import java.time.Duration;

/**
 * A service: a requester asks, one of its repliers answers. An immutable constant that both sides share; each method returns
 * a changed copy.
 *
 * <p>A request is tried once: it is sent to another replier only when the first one certainly did not begin with it, unless
 * the service is {@link #idempotent}.
 *
 * @param <Q> the type of the requests
 * @param <R> the type of the replies
 */
public final class Service<Q, R> {
    /** How long a request waits for its reply when nothing else is said. */
    public static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);
    /** How many requests of one requester may wait for their replies when nothing else is said. */
    public static final int DEFAULT_OUTSTANDING = 1_000;
    /** The longest deadline. */
    static final Duration MAX_DEADLINE = Duration.ofDays(1);

    private static final int MAX_OUTSTANDING = 100_000;

    private final Codec<Q> requests;
    private final Codec<R> replies;
    private final ServiceSettings settings;

    private Service(Codec<Q> requests, Codec<R> replies, ServiceSettings settings) {
        this.requests = requests;
        this.replies = replies;
        this.settings = settings;
    }

    /**
     * A service whose requests run at most once.
     *
     * @param name one token of {@code [A-Za-z0-9_-]}
     */
    public static <Q, R> Service<Q, R> of(String name, Codec<Q> requests, Codec<R> replies) {
        ChannelId id = new ChannelId(Kind.SERVICE, name);
        return new Service<>(
                requests, replies, new ServiceSettings(id, DEFAULT_DEADLINE, Repeat.NEVER, DEFAULT_OUTSTANDING));
    }

    /**
     * To run a request twice does no harm: when a replier is lost after it was asked, another one is, at most three in all.
     */
    public Service<Q, R> idempotent() {
        return with(
                new ServiceSettings(settings.id(), settings.deadline(), Repeat.WHEN_LOST, settings.maxOutstanding()));
    }

    /**
     * With another deadline for requests that name none.
     *
     * @param deadline more than nothing, at most a day
     */
    public Service<Q, R> deadline(Duration deadline) {
        checkDeadline(deadline);
        return with(new ServiceSettings(settings.id(), deadline, settings.repeat(), settings.maxOutstanding()));
    }

    /**
     * With another limit for the requests of one requester that wait for their replies.
     *
     * @param requests 1 to 100,000
     */
    public Service<Q, R> maxOutstanding(int requests) {
        if (requests < 1 || requests > MAX_OUTSTANDING) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "maxOutstanding=" + requests + ", expected 1 to " + MAX_OUTSTANDING);
        }
        return with(new ServiceSettings(settings.id(), settings.deadline(), settings.repeat(), requests));
    }

    /**
     * Checks a deadline.
     *
     * @throws ParleyException INVALID_ARGUMENT when it is not within the limits
     */
    public static void checkDeadline(Duration deadline) {
        if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(MAX_DEADLINE) > 0) {
            throw new ParleyException(
                    ErrorCode.INVALID_ARGUMENT, "deadline=" + deadline + ", expected > 0 and at most " + MAX_DEADLINE);
        }
    }

    private Service<Q, R> with(ServiceSettings changed) {
        return new Service<>(requests, replies, changed);
    }

    /** A replier that works on so many requests at once, each on a thread of its own. */
    public ServiceReplier<Q, R> concurrency(int handlers) {
        return replier().concurrency(handlers);
    }

    /** A replier, to be given more settings. */
    public ServiceReplier<Q, R> replier() {
        return ServiceReplier.of(this);
    }

    /** The name. */
    public String name() {
        return settings.id().name();
    }

    /** The codec of the requests. */
    public Codec<Q> requestCodec() {
        return requests;
    }

    /** The codec of the replies. */
    public Codec<R> replyCodec() {
        return replies;
    }

    /** Everything but the codecs. */
    public ServiceSettings settings() {
        return settings;
    }

    @Override
    public String toString() {
        return settings.id() + (settings.repeat() == Repeat.WHEN_LOST ? " (idempotent)" : "");
    }
}
