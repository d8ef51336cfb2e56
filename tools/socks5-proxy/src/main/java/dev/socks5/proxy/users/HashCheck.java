package dev.socks5.proxy.users;

/** The work that hashes take. */
interface HashCheck {

    /** That of bcrypt. */
    HashCheck BCRYPT = new HashCheck() {
        @Override
        public boolean matches(byte[] password, String hash) {
            return Bcrypt.matches(password, hash);
        }

        @Override
        public void spend(int cost) {
            Bcrypt.spend(cost);
        }
    };

    /** Tells whether a hash is that of a password. */
    boolean matches(byte[] password, String hash);

    /** Takes as long as the check of a hash of this cost. */
    void spend(int cost);
}
