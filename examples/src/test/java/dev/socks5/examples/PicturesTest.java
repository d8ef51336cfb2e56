package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Checks that no picture on any page is left without a test, because it could say anything. */
class PicturesTest {

    @Test
    void everyPictureIsCheckedByATest() throws IOException {
        List<String> checked = new ArrayList<>(ProtocolPageTest.TITLES);
        checked.add(ModuleMapTest.TITLE);
        assertThat(Picture.all()).extracting(Picture::title).containsExactlyInAnyOrderElementsOf(checked);
    }
}
