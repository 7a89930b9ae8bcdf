//! North American area codes by zone. A code in two lists is in both zones; an overlay shares the
//! zones of the code it lies over. Codes without a place (toll-free, premium, non-geographic) are in
//! no list.

use super::ZoneSet;

const EASTERN: &[u16] = &[
    // New England, New York, New Jersey, Pennsylvania, Delaware, Maryland, D.C.
    203, 475, 860, 959, 207, 339, 351, 413, 508, 617, 774, 781, 857, 978, 603, 401, 802, 212, 315, 329, 332, 347, 363,
    516, 518, 585, 607, 624, 631, 646, 680, 716, 718, 838, 845, 914, 917, 929, 934, 201, 551, 609, 640, 732, 848, 856,
    862, 908, 973, 215, 223, 267, 272, 412, 445, 484, 570, 582, 610, 717, 724, 814, 835, 878, 302, 227, 240, 301, 410,
    443, 667, 202, 771, // Virginia, West Virginia, the Carolinas, Georgia, Florida.
    276, 434, 540, 571, 686, 703, 757, 804, 826, 948, 304, 681, 252, 336, 472, 704, 743, 828, 910, 919, 980, 984, 803,
    821, 839, 843, 854, 864, 229, 404, 470, 478, 678, 706, 762, 770, 912, 943, 239, 305, 321, 324, 352, 386, 407, 561,
    645, 656, 689, 727, 728, 754, 772, 786, 813, 863, 904, 941, 954, 850,
    448, // Michigan, Ohio, Indiana, Kentucky, Tennessee.
    231, 248, 269, 313, 517, 586, 616, 679, 734, 810, 947, 989, 906, 216, 220, 234, 283, 326, 330, 380, 419, 436, 440,
    513, 567, 614, 740, 937, 219, 260, 317, 463, 574, 765, 812, 930, 270, 364, 502, 606, 859, 423,
    865, // Ontario, Quebec, Nunavut; Bahamas, Turks and Caicos.
    226, 249, 263, 289, 343, 354, 365, 367, 382, 416, 418, 437, 438, 450, 468, 514, 519, 548, 579, 581, 613, 647, 683,
    705, 742, 753, 807, 819, 867, 873, 905, 942, 242, 649,
];

const CENTRAL: &[u16] = &[
    // Alabama, Mississippi, the west of Florida, Tennessee, Kentucky, Indiana and Michigan.
    205, 251, 256, 334, 483, 659, 938, 228, 471, 601, 662, 769, 850, 448, 423, 615, 629, 729, 731, 901, 931, 270, 364,
    606, 219, 574, 812, 930, 906, // Illinois, Wisconsin, Minnesota, Iowa, Missouri.
    217, 224, 309, 312, 331, 447, 464, 618, 630, 708, 730, 773, 779, 815, 847, 861, 872, 262, 274, 353, 414, 534, 608,
    715, 920, 218, 320, 507, 612, 651, 763, 924, 952, 319, 515, 563, 641, 712, 235, 314, 417, 557, 573, 636, 660, 816,
    975, // Arkansas, Louisiana, Oklahoma, Texas, Kansas, Nebraska, the Dakotas.
    327, 479, 501, 870, 225, 318, 337, 457, 504, 985, 405, 539, 572, 580, 918, 210, 214, 254, 281, 325, 346, 361, 409,
    430, 432, 469, 512, 682, 713, 726, 737, 806, 817, 830, 832, 903, 936, 940, 945, 956, 972, 979, 316, 620, 785, 913,
    308, 402, 531, 605, 701, // Manitoba, western Ontario, Nunavut.
    204, 431, 584, 807, 867, // The data disagree on these two; both zones are kept.
    474, 689,
];

const MOUNTAIN: &[u16] = &[
    // Colorado, Idaho, Montana, New Mexico, Utah, Wyoming, El Paso, the Navajo Nation.
    303, 719, 720, 748, 970, 983, 208, 986, 406, 505, 575, 385, 435, 801, 307, 915, 928,
    // The west of the Dakotas, Nebraska and Kansas; Malheur County; West Wendover.
    308, 605, 620, 701, 785, 541, 458, 775,
    // Alberta, the east of British Columbia, the Northwest Territories, Lloydminster.
    368, 403, 587, 780, 825, 236, 250, 257, 672, 778, 867,
];

const ARIZONA: &[u16] = &[480, 520, 602, 623, 928];

const PACIFIC: &[u16] = &[
    209, 213, 279, 310, 323, 341, 350, 357, 369, 408, 415, 424, 442, 510, 530, 559, 562, 619, 626, 628, 650, 657, 661,
    669, 707, 714, 738, 747, 760, 805, 818, 820, 831, 837, 840, 858, 909, 916, 925, 949, 951, 702, 725, 775, 458, 503,
    541, 971, 206, 253, 360, 425, 509, 564, 208, 986,
];

const ALASKA: &[u16] = &[907];
const HAWAII: &[u16] = &[808];

const ATLANTIC: &[u16] = &[
    787, 939, 340, 246, 264, 268, 284, 473, 664, 721, 758, 767, 784, 809, 829, 849, 868, 869, 418, 367, 581, 709, 879,
];
// New Brunswick, Nova Scotia, Prince Edward Island, Labrador, the Magdalen Islands, Bermuda.
const MARITIME: &[u16] = &[428, 506, 782, 902, 441, 709, 879, 418, 367, 581];
const NEWFOUNDLAND: &[u16] = &[709, 879];
const SASKATCHEWAN: &[u16] = &[306, 474, 639];
const JAMAICA: &[u16] = &[345, 658, 876];
const GUAM: &[u16] = &[670, 671];
const SAMOA: &[u16] = &[684];
const VANCOUVER: &[u16] = &[236, 250, 257, 604, 672, 778, 867];
const YUKON: &[u16] = &[867, 236, 250, 672, 778];

/// Area code to zones, filled while compiling.
static BY_CODE: [ZoneSet; 1000] = {
    let lists: [(&[u16], ZoneSet); 16] = [
        (EASTERN, ZoneSet::EASTERN),
        (CENTRAL, ZoneSet::CENTRAL),
        (MOUNTAIN, ZoneSet::MOUNTAIN),
        (ARIZONA, ZoneSet::ARIZONA),
        (PACIFIC, ZoneSet::PACIFIC),
        (ALASKA, ZoneSet::ALASKA.or(ZoneSet::ALEUTIAN)),
        (HAWAII, ZoneSet::HAWAII),
        (ATLANTIC, ZoneSet::ATLANTIC),
        (MARITIME, ZoneSet::MARITIME),
        (NEWFOUNDLAND, ZoneSet::NEWFOUNDLAND),
        (SASKATCHEWAN, ZoneSet::SASKATCHEWAN),
        (JAMAICA, ZoneSet::JAMAICA),
        (GUAM, ZoneSet::GUAM),
        (SAMOA, ZoneSet::SAMOA),
        (VANCOUVER, ZoneSet::VANCOUVER),
        (YUKON, ZoneSet::YUKON),
    ];
    let mut table = [ZoneSet::NONE; 1000];
    let mut list = 0;
    while list < lists.len() {
        let (codes, zone) = lists[list];
        let mut at = 0;
        while at < codes.len() {
            let code = codes[at] as usize;
            table[code] = table[code].or(zone);
            at += 1;
        }
        list += 1;
    }
    table
};

/// The zones of an area code.
pub(super) fn zones(code: u16) -> ZoneSet {
    BY_CODE.get(usize::from(code)).copied().unwrap_or_default()
}

/// Area codes of the states (and D.C.) whose contact rules go beyond the federal ones.
const STATES: &[(&str, &[u16])] = &[
    (
        "CA",
        &[
            209, 213, 279, 310, 323, 341, 350, 357, 369, 408, 415, 424, 442, 510, 530, 559, 562, 619, 626, 628, 650,
            657, 661, 669, 707, 714, 738, 747, 760, 805, 818, 820, 831, 837, 840, 858, 909, 916, 925, 949, 951,
        ],
    ),
    ("DC", &[202, 771]),
    (
        "FL",
        &[
            239, 305, 321, 324, 352, 386, 407, 448, 561, 645, 656, 689, 727, 728, 754, 772, 786, 813, 850, 863, 904,
            941, 954,
        ],
    ),
    ("MA", &[339, 351, 413, 508, 617, 774, 781, 857, 978]),
    ("NV", &[702, 725, 775]),
    (
        "NY",
        &[212, 315, 329, 332, 347, 363, 516, 518, 585, 607, 624, 631, 646, 680, 716, 718, 838, 845, 914, 917, 929, 934],
    ),
    ("WA", &[206, 253, 360, 425, 509, 564]),
    ("WV", &[304, 681]),
];

/// The state of an area code, if it is one of those.
pub(super) fn state(code: u16) -> Option<&'static str> {
    STATES.iter().find(|(_, codes)| codes.contains(&code)).map(|(state, _)| *state)
}
