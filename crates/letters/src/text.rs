//! Breaking text into lines: greedy, at spaces; a word longer than a line is cut.

use crate::font::Face;

/// The lines of a paragraph at a width in points. `\n` breaks too.
pub(crate) fn lines(text: &str, face: Face, size: f32, width: f32) -> Vec<&str> {
    let mut lines = Vec::new();
    for part in text.split('\n') {
        wrap(part.trim_end(), face, size, width, &mut lines);
    }
    lines
}

fn wrap<'a>(text: &'a str, face: Face, size: f32, width: f32, lines: &mut Vec<&'a str>) {
    // In thousandths of the size, so that the sum is exact.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // positive and small
    let room = (width * 1000.0 / size).max(0.0) as u32;
    let mut start = 0;
    let mut used = 0_u32;
    // Where the line may end, where the next begins, and what was used up to there.
    let mut chance: Option<(usize, usize, u32)> = None;
    for (index, one) in text.char_indices() {
        let advance = u32::from(face.advance(one));
        if one == ' ' {
            chance = Some((index, index + 1, used + advance));
        } else if used + advance > room && index > start {
            let (end, next, before) = chance.take().unwrap_or((index, index, used));
            lines.push(text[start..end].trim_end());
            start = next;
            used -= before;
        }
        used += advance;
    }
    lines.push(&text[start..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_the_words_in_order_and_none_is_wider_than_the_column() {
        let text = "We wrote to you about your account and have not received full payment.\nSecond part \
                    Pneumonoultramicroscopicsilicovolcanoconiosis";
        let broken = lines(text, Face::Regular, 10.0, 120.0);
        assert!(broken.iter().all(|line| Face::Regular.width(line, 10.0) <= 120.0), "{broken:?}");
        assert!(broken.contains(&"Second part"), "a line break stays: {broken:?}");
        let joined: String = broken.concat().replace(' ', "");
        assert_eq!(joined, text.replace([' ', '\n'], ""));
    }

    #[test]
    fn lines_are_filled_as_far_as_they_go() {
        let text = "aaa bbb ccc";
        let exactly = Face::Regular.width("aaa bbb", 10.0) + 0.01;
        assert_eq!(lines(text, Face::Regular, 10.0, exactly), ["aaa bbb", "ccc"]);
        assert_eq!(lines("", Face::Regular, 10.0, 50.0), [""]);
    }
}
