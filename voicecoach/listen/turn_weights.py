"""The weights of the turn model, fitted by ``python -m tools.turn_model``: do not edit.

Log odds that a turn is over. `COMPLETENESS` has a weight for each mark that words may show; the other two have, for
each measure of how a pause sounded, its usual value and the weight of the distance from it.
"""

COMPLETENESS_BIAS = -1.259
COMPLETENESS = {
    "1 word": -0.71,
    "2 words": -0.40,
    "3-4 words": -0.03,
    "5-7 words": 0.49,
    "8 words or more": 0.65,
    "asks on": -0.15,
    "asks what": 0.12,
    "asks whether": -0.12,
    "before -ing": -0.07,
    "before -ly": -0.35,
    "before article": 0.34,
    "before auxiliary": -0.07,
    "before closer": -0.56,
    "before contracted": -1.02,
    "before degree": -0.21,
    "before joiner": 1.04,
    "before number": 0.55,
    "before object": -0.29,
    "before particle": 0.44,
    "before preposition": 1.01,
    "before pronoun": -0.07,
    "before question": -1.82,
    "before so": 0.06,
    "before start": -2.00,
    "before subject": -0.59,
    "before taker": -0.19,
    "before word": -0.02,
    "holds on": 0.45,
    "last -ing": 1.86,
    "last -ly": 2.02,
    "last article": -3.37,
    "last auxiliary": -0.82,
    "last closer": 3.25,
    "last contracted": -3.37,
    "last degree": 0.27,
    "last filler": -4.18,
    "last joiner": -2.45,
    "last number": 1.55,
    "last object": 1.68,
    "last particle": 1.47,
    "last preposition": -1.08,
    "last pronoun": 1.37,
    "last question": -0.62,
    "last so": 1.76,
    "last subject": -2.25,
    "last taker": 0.80,
    "last word": 2.09,
    "no verb": -0.02,
    "only courtesy": 0.85,
    "states": -0.01,
    "stranded in a question": 0.32,
    "verb": 0.02,
}

SOUND_BIAS = -0.014
SOUND = {
    "glide": (19.323, 0.0187),
    "held": (0.301, -1.3002),
    "level": (-2.889, -0.1048),
    "stretch": (0.470, 0.6694),
}

SOUND_AND_WORDS_BIAS = -0.154
SOUND_AND_WORDS = {
    "glide": (19.323, 0.0116),
    "held": (0.301, -1.5316),
    "level": (-2.889, -0.1193),
    "stretch": (0.470, 0.4168),
    "words": (0.418, 0.6472),
}
