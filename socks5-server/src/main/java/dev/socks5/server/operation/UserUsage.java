package dev.socks5.server.operation;

import org.jspecify.annotations.Nullable;

/**
 * What the sessions of one user have relayed, those that are open included.
 *
 * @param user the user's name, which is not escaped; {@code null} for all sessions without a login, and for users who
 *     were forgotten because too many others have come since
 * @param sessions how many sessions of this user are open; for {@code null}, all that are counted for no user
 * @param usage since the server was started
 */
public record UserUsage(@Nullable String user, int sessions, Usage usage) {

    /** Describes it without the name, which is the client's text. */
    @Override
    public String toString() {
        return sessions + " sessions, " + usage;
    }
}
