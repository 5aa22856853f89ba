package io.parley.transport.plain;

import java.util.List;

/**
 * A message of a program that is no node.
 *
 * @param subject of a SUB the first frame as UTF-8, when there are two frames or more; else empty
 * @param value what the codec made of the frame after the subject; extra frames are in {@code frames} alone
 * @param frames all frames as they came; the arrays are the receiver's to keep
 * @param <T> the type of the value
 */
public record PlainMessage<T>(String subject, T value, List<byte[]> frames) {}
