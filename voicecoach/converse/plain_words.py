"""Words that anybody may use about anything: they tell how something is said, not what the matter is.

A caller's own words stand in their file. Whatever is neither there nor here may be made up, and is refused;
a word too few costs a rewording now and then, a word too many lets a caller tell what did not happen.
So: no things, no places, no people, no numbers, no times.
"""

from __future__ import annotations

_GRAMMAR = """
aren't cannot could couldn't didn't does doesn't doing done each either else ever every everyone everything
everybody had hadn't hasn't haven't having he's he'd he'll himself herself how's i'd isn't it'd it'll itself
may maybe might mine must mustn't myself neither never nobody none nor nothing onto ought ours over perhaps
shall she's should shouldn't since somebody somehow someone something somewhere such than themselves they'd
they'll they're they've though through together unless until upon wasn't we'd we'll we've weren't what'll
what's whatever whenever where's whether who'd who'll who's whoever whole whose why's without won't would
wouldn't yet you'd you'll you've yours yourself anybody anymore anyone anything anyway anywhere both during
even except many much other others own same both while again against already always also another around away
back before being being below beside besides between beyond down few first last less least lot lots nearly
next once only out per quite rather really still then too twice under up usually very well
"""

_MANNER = """
absolutely actually apparently basically certainly clearly completely definitely entirely exactly
extremely fully honestly hopefully immediately indeed instead literally obviously plain plainly possibly
probably properly seriously simply straight surely thoroughly totally truly utterly finally frankly
"""

_FEELING = """
afraid angry annoyed annoying appreciate awful bad believe bother bothered care crazy deal decent desperate
disappointed disappointing disgrace disgraceful embarrassing enough expect expected fair fed feel feeling
frustrated frustrating furious glad good great grateful happy hate hell hope hurt impossible incredible
insane insulting joke kidding lovely mad matter mean nasty nice nonsense outrageous patience patient perfect
pleased poor problem rather relief relieved ridiculous rude sad serious shame shameful shocking sick
sincere sorry stand stuck terrible tired trouble trust unacceptable unbelievable unfair unhappy upset useless
waste wasted wasting wonderful worried worry worse worst wrong
"""

_TALK = """
accept agree answer answers anything argue asked asking ask asks bet bring calling check clear come comes
coming correct deserve difference does drop explain explained explaining explanation expecting fact figure
find fine fix fixed follow forget gets getting give gives giving given goes going gone guess hang happen
happened happening happens hear heard hearing help helped helping helps here's hold honest idea ignore
ignored ignoring interested joking keep keeps keeping kind know known knowing knows leave leaving let's
line listen listened listening listens long longer look looking looks made make makes making mind need
needed needs offer part people person point promise promised promises pull question questions quick quickly
ready real reason remember repeat repeating rest run saying says see seems seem settle settled shouldn't
simple solution solve solved sort sorted sound sounds speak speaking start stay stop sure take takes taken
taking talk talking tell telling tells thing things think thought told took treat treated treating true try
trying turn understand understands understood use used wait waited waiting walk wanted wants way word words
alright bye goodbye kept okay showed stood work works working wonder wondering
"""

PLAIN_WORDS = frozenset(" ".join((_GRAMMAR, _MANNER, _FEELING, _TALK)).split())
"""In lower case; forms of one word count as that word (`phrases.shared_words`)."""
