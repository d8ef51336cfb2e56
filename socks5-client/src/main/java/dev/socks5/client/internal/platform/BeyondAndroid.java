package dev.socks5.client.internal.platform;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Marks a method that calls what the oldest Android that the build checks against lacks; the check leaves it out. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface BeyondAndroid {

    /** Says why an app cannot get there, or what happens if it does. */
    String value();
}
