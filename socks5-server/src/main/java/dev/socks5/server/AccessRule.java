package dev.socks5.server;

/**
 * Decides who may go where. Called by several threads at once.
 *
 * <ul>
 *   <li>A destination that is a name is judged twice: before it is looked up ({@link AccessRequest#resolved()} is
 *       {@code null} then, and only {@link Verdict.Decision#DENY} has an effect), and again for every address found.
 *       Only the addresses that pass are contacted.
 *   <li>UDP ASSOCIATE is judged once by itself, without a destination
 *       ({@link dev.socks5.codec.Endpoint#UNSPECIFIED}, and {@code resolved} is {@code null}: only
 *       {@link Verdict.Decision#DENY} has an effect), and again for the destinations of datagrams, as above.
 *   <li>On a route through an {@link Upstream}, or by a dialler ({@link Route#by}) unless
 *       {@linkplain Route#lookingUpNames names are looked up} for it, nothing is looked up, and the second time it is
 *       the name again that is {@code resolved}, as what would be contacted.
 * </ul>
 *
 * <p>So a rule that allows a name when it is judged as a name lifts none of the server's defaults. The addresses have
 * to be allowed the second time. Then the defaults are lifted for them, whatever they are: a rule of your own should
 * look at {@code resolved} before it allows.
 *
 * <p>To replace rules while the server runs, see {@link Socks5Server#reconfigure}. A rule may also change its mind by
 * itself, as one that asks a database does: each judgement counts, open tunnels go on, and the destinations of an
 * association are judged again from time to time. {@link Socks5Server#judgeAgain} asks about open sessions, and may end
 * them.
 *
 * <p>{@link AccessRules} is a ready-made rule.
 */
@FunctionalInterface
public interface AccessRule extends Policy {

    /**
     * Judges one destination.
     *
     * @param request who wants to go where
     * @return the verdict; an exception counts as a refusal, and is logged
     */
    Verdict judge(AccessRequest request);
}
