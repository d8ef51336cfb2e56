/**
 * Plans, plays and judges runs of a whole server on a simulated network; see {@code docs/testing.md}. Not null-marked:
 * the oracle asks what there is, and a run that meets a null that must not be there has failed.
 */
package dev.socks5.simulation;
