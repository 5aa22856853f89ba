package io.parley.discovery.internal.dns;

import java.time.Duration;

/**
 * What is asked.
 *
 * @param name the domain name
 * @param server HOST or HOST:PORT; empty for those of the host
 * @param port of addresses without SRV record; 0 for none
 * @param every how often
 */
public record DnsSettings(String name, String server, int port, Duration every) {}
