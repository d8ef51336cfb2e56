/**
 * Right peers, written from the RFCs in the plainest way, and wrong ones made of them by overriding a step: they judge
 * the cases of the suite.
 */
package dev.socks5.conformance.peer;
