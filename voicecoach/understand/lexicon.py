"""Classes of words that stand for one another in a service call: days, sums, feelings, remedies.

A sentence is read twice, once in its own words and once with every listed word replaced by its
class, so that "until Friday" and "until March" look alike. Classes carry no act by themselves.

Laws
----
* A word has at most one class; a word that has two common uses is listed in none.
* Words are lower case, without apostrophes, in their American spelling.
"""

from __future__ import annotations

from collections.abc import Mapping

_LISTS = {
    "number": """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
        sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred
        thousand million double triple oh dozen""",
    "ordinal": """
        first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth
        fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth""",
    "letter": """
        b c d e f g h j k l m n o p q r s t u v w x y z bravo charlie delta echo foxtrot tango""",
    "day": """
        monday tuesday wednesday thursday friday saturday sunday today tomorrow tonight yesterday weekend""",
    "month": "january february april june july august september october november december",
    "daypart": "morning afternoon evening noon midnight lunchtime midday",
    "unit": """
        seconds minute minutes hour hours day days week weeks month months year years fortnight business
        working""",
    "money": """
        dollar dollars pound pounds euro euros cent cents quid bucks pence percent grand""",
    "name": """
        john james robert michael william david richard joseph thomas charles daniel matthew anthony mark
        paul steven andrew kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob gary
        nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick
        frank raymond jack dennis jerry tyler aaron jose adam henry nathan douglas zachary peter kyle noah
        ethan jeremy christian keith roger terry austin sean gerald carl harold dylan arthur lawrence jordan
        jesse bryan billy bruce gabriel joe logan alan juan albert willie elijah wayne randy vincent mason
        roy ralph bobby russell bradley philip eugene martin oscar simon graham nigel ian stuart neil colin
        trevor derek barry craig darren gavin leo luke josh chris tom tim ben sam nick mike matt steve dave
        dan jim bob ravi arjun raj amir ali omar ahmed mohammed hassan carlos miguel luis diego pedro pablo
        chen wei ming kenji marcus tyrone andre lamar connor liam declan callum rory hamish lewis mary
        patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret
        ashley kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca sharon laura
        cynthia dorothy amy kathleen angela shirley emma brenda pamela nicole anna samantha katherine
        christine helen debra rachel carolyn janet maria catherine heather diane olivia julie joyce victoria
        ruth virginia lauren kelly christina joan evelyn judith andrea hannah cheryl megan alice ann jean
        doris jacqueline kathryn gloria teresa sara janice julia marie madison grace judy theresa beverly
        denise marilyn danielle rose brittany diana abigail natalie jane lori kayla alexis priya nadia
        fatima aisha sofia monica beth wendy carla erin joanne chloe zoe ella lucy holly gemma tracey mandy
        fiona siobhan niamh ingrid greta yuki mei leila yasmin sunita anita meera deepa rosa carmen lucia
        elena ines smith jones williams taylor brown davies evans wilson johnson roberts thompson wright
        walker robinson hughes edwards clarke patel khan hall jackson moore miller davis garcia rodriguez
        martinez hernandez lopez gonzalez anderson lee perez harris sanchez clark ramirez nguyen carter
        henderson""",
    "title": "sir madam mr mrs ms miss dr maam mister",
    "feeling": """
        angry upset frustrated annoyed furious mad disappointed worried anxious scared stressed fed-up
        irritated livid fuming exhausted embarrassed nervous helpless hurt unhappy concerned sad frightened
        terrified devastated heartbroken panicked distressed overwhelmed cross displeased discouraged
        humiliated""",
    "trying": """
        frustrating upsetting stressful annoying disappointing worrying infuriating maddening exhausting
        tiring embarrassing irritating scary frightening distressing awful horrible terrible painful hard
        difficult tough unpleasant aggravating nerve-wracking exasperating draining alarming unsettling
        humiliating""",
    "outrage": """
        ridiculous unacceptable outrageous disgraceful disgusting appalling shocking pathetic insane absurd
        unbelievable joke disaster nightmare shambles mess rubbish garbage rip-off scam fraud robbery crazy
        atrocious dreadful abysmal""",
    "insult": """
        idiot idiots moron morons fool fools stupid dumb useless incompetent clown clowns liar liars crook
        crooks thief thieves scammer scammers loser jerk imbecile cretin muppet muppets twit prat dimwit
        halfwit scum bastard bastards bitch asshole arsehole wanker tosser twat dumbass brainless dense
        clueless crap worthless lazy ignorant""",
    "curse": """
        damn damned hell shit bullshit fuck fucking bloody goddamn freaking piss screw ass arse""",
    "chief": "manager managers supervisor supervisors boss superior lead leader head director",
    "law": """
        lawyer lawyers attorney solicitor court sue ombudsman regulator police legal claims lawsuit bbb
        watchdog ftc fca tribunal barrister""",
    "publicity": """
        newspaper newspapers press media twitter facebook instagram youtube tiktok review reviews star""",
    "remedy": """
        refund refunds replacement replacements credit credits voucher vouchers discount discounts exchange
        upgrade compensation reimbursement rebate coupon coupons waiver repair loaner""",
    "product": """
        router modem phone laptop printer tablet camera television tv speaker washer dryer fridge freezer
        oven dishwasher kettle toaster blender vacuum jacket coat shoes boots dress shirt jeans desk
        mattress sofa couch chair chairs table lamp bicycle bike watch suitcase bag bags luggage headset
        headphones monitor keyboard boiler thermostat meter package parcel packages parcels box item items
        device machine car truck sim handset console tyre tire charger battery""",
    "service": """
        internet broadband wifi line signal connection electricity power gas water heating account plan
        contract subscription membership tariff app website portal loan mortgage insurance coverage booking
        reservation order flight ticket trip stay room claim invoice bill statement payment delivery
        shipment appointment visit""",
    "department": """
        billing sales support returns reservations accounts retention loyalty warehouse collections lending
        mortgages cards housekeeping reception maintenance engineering complaints logistics depot branch""",
    "company": """
        northwind bluebird greenleaf evergreen skyline harbor summit lakeside airlines airways bank hotel
        hotels energy telecom mobile electric utilities motors""",
    "pii": """
        postcode zip surname birthday birth maiden passcode password pin email address dob ssn""",
    "kin": """
        wife husband son daughter mother father mum mom dad kids children baby grandmother gran granny nan
        mam grandson granddaughter sister brother partner family fiance""",
    "color": "red green blue orange white yellow black amber purple pink silver",
    "fault": """
        broken damaged cracked faulty missing wrong late lost dead stuck empty dirty filthy cold defective
        delayed cancelled leaking""",
    "failed": """
        broke failed crashed died stopped disappeared vanished leaked exploded burned snapped froze
        disconnected overcharged charged billed""",
    "send": """
        send sends sent sending ship ships shipped shipping mail mailed mailing post posted posting dispatch
        dispatched dispatching forward forwarded deliver delivered delivering courier resend resent text
        texted texting emailed emailing""",
    "fix": """
        fix fixes fixed fixing sort sorts sorted sorting resolve resolved resolving solve solved solving
        correct corrected correcting rectify rectified mend mended straighten straightened repaired
        repairing settle settled restore restored""",
    "look": """
        look looks looked looking check checks checked checking reviewed reviewing verify verified verifying
        investigate investigated investigating examine search searched searching""",
    "phone-up": """
        call calls called calling ring rings rang ringing phoned phoning dial dialed dialing""",
    "wait": "wait waits waited waiting hold holds held holding hang bear",
    "press": """
        presses pressed pressing click clicks clicked clicking tap taps tapped tapping push pushed select
        choose type enter swipe scroll toggle""",
    "operate": """
        unplug plug unscrew insert reset restart reboot reinstall uninstall open close switch turn twist
        pull lift slide disconnect download upload install update""",
    "arrange": """
        book booked arrange arranged arranging schedule scheduled scheduling reschedule rebook rebooked
        rebooking reserve reserved organize organized""",
    "undo": """
        cancel cancels canceled cancelling canceling remove waive waived waiving reverse reversed
        reversing""",
    "give-back": """
        refunded refunding credited crediting reimburse reimbursed compensate compensated repay""",
    "tell": """
        tell tells told telling explain explains explained explaining describe described describing mention
        mentioned say says said saying""",
    "understand": "understand understands understood see get grasp follow appreciate",
    "accept-word": """
        fine great good perfect lovely wonderful excellent brilliant super fantastic cool awesome""",
    "upset-verb": """
        shout shouting shouted yell yelling yelled scream screaming swear swearing swore curse cursing""",
    "calm": "calm relax chill breathe easy quiet quieter composed patient",
    "doubt": """
        doubt doubtful unlikely impossible mistaken odd strange weird suspicious believe""",
    "maybe": """
        maybe perhaps possibly probably hopefully presumably potentially supposedly likely""",
    "guess": "guess think suppose imagine assume reckon gather presume",
    "transfer-verb": """
        transfer transfers transferred transferring connect connecting pass passing hand handing""",
    "never": "never nobody no-one nothing none nowhere",
    "always": "always constantly every everytime again still",
    "thing": "something anything everything thing things stuff",
    "body": """
        somebody someone anybody anyone everybody everyone colleague person people agent rep""",
    "abuse": """
        abuse abusive insults insult profanity language offensive disrespectful disrespect rude""",
    "gift": "complimentary goodwill bonus extra treat gift free",
    "also": "also too additionally besides moreover",
    "because": "because since due reason cause caused why therefore",
    "rule": """
        rule rules policy policies regulation regulations procedure terms guidelines protocol law""",
    "expert": """
        technician technicians engineer engineers specialist specialists plumber electrician mechanic driver
        drivers crew adjuster pharmacist nurse doctor clerk""",
    "inform": "note letter message confirmation receipt link form document documents",
    "sorry": "sorry apologies apology apologize regret pardon",
}

CLASS_OF: Mapping[str, str] = {word: name for name, words in _LISTS.items() for word in words.split()}
"""The class of every listed word."""

CONTRACTIONS: Mapping[str, str] = {
    "won't": "will not",
    "can't": "can not",
    "cannot": "can not",
    "shan't": "shall not",
    "ain't": "is not",
    "let's": "let us",
    "dont": "do not",
    "cant": "can not",
    "wont": "will not",
    "didnt": "did not",
    "doesnt": "does not",
    "isnt": "is not",
    "wasnt": "was not",
    "im": "i am",
    "ive": "i have",
    "youre": "you are",
    "youve": "you have",
    "thats": "that is",
    "whats": "what is",
    "gonna": "going to",
    "gotta": "got to",
    "wanna": "want to",
    "lemme": "let me",
    "gimme": "give me",
    "apologise": "apologize",
    "apologised": "apologized",
    "summarise": "summarize",
    "realise": "realize",
    "organise": "organize",
    "cheque": "check",
    "colour": "color",
    "ma'am": "maam",
    "o'clock": "oclock",
    "ok": "okay",
    "yeah": "yes",
    "yep": "yes",
    "yup": "yes",
    "nope": "no",
    "nah": "no",
    "aye": "yes",
    "ta": "thanks",
    "ya": "you",
    "yous": "you",
    "y'all": "you",
    "cos": "because",
    "coz": "because",
    "dunno": "do not know",
    "alright": "all right",
    "alot": "a lot",
    "kinda": "kind of",
    "sorta": "sort of",
    "outta": "out of",
    "hafta": "have to",
    "mm-hm": "mhm",
    "mm-hmm": "mhm",
    "mmhm": "mhm",
    "mmhmm": "mhm",
    "uh-huh": "huh",
}
"""Whole words that are written out before anything else: run-together, British and regional ones too."""

ENDINGS: Mapping[str, str] = {
    "n't": "not",
    "'m": "am",
    "'re": "are",
    "'ve": "have",
    "'ll": "will",
    "'d": "would",
    "'s": "is",
}
"""What the end of a contracted word stands for."""

FILLERS = frozenset({"um", "uh", "er", "erm", "eh", "uhm"})
"""Sounds without meaning, dropped before reading."""
