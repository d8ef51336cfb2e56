package dev.socks5.codec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Lists of methods, up to three in each. */
final class MethodLists {

    private static final int LONGEST = 3;

    private MethodLists() {}

    /** All lists, in every order, and with repetitions: 1 + n + n² + n³ of them. */
    static List<List<Integer>> of(Integer... methods) {
        List<List<Integer>> lists = new ArrayList<>();
        lists.add(List.of());
        for (int i = 0; i < lists.size(); i++) {
            List<Integer> shorter = lists.get(i);
            for (int method : shorter.size() < LONGEST ? methods : new Integer[0]) {
                List<Integer> longer = new ArrayList<>(shorter);
                longer.add(method);
                lists.add(longer);
            }
        }
        return lists;
    }

    /** Those with at least one method, and each but once. */
    static List<List<Integer>> withoutRepetition(Integer... methods) {
        return of(methods).stream()
                .filter(list -> !list.isEmpty() && new HashSet<>(list).size() == list.size())
                .toList();
    }
}
