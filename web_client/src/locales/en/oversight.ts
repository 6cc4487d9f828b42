export const oversight = {
  title: 'Oversight',
  tabs: { glass: 'Break-glass' },
  glass: {
    offer: 'Break the glass',
    offerHint: 'For emergencies only: give a reason and your PIN, and see the record for 4 hours.',
    dialogTitle: 'Open a record in an emergency',
    dialogHint:
      "You take no part in this patient's care. You alone will see the record for 4 hours; the director of the patient's institution is told at once and judges it the next day, and all that you look at is recorded.",
    reason: 'Reason',
    reasonHint: 'Say why you must look now; at least 4 characters',
    pin: 'PIN',
    confirm: 'Open the record',
    banner: 'Glass broken',
    giveBack: 'Give it back',
    waiting: '{{count}} emergency accesses wait for your review',
    goReview: 'Review',
    pageHint:
      "When somebody outside their care opens a record of your institution's patients in an emergency, say by 18:00 of the next day whether it was justified.",
    onlyWaiting: 'Waiting',
    all: 'All',
    none: 'No emergency access',
    noneWaiting: 'Nothing waits for review',
    who: 'Who',
    whose: 'Patient',
    home: 'Institution',
    opened: 'Opened',
    until: 'until',
    stillOpen: 'still open',
    due: 'Review by',
    judge: 'Review',
    verdict: { justified: 'Justified', not_justified: 'Not justified' },
    note: 'Finding',
    send: 'Submit review',
    judgedBy: 'Reviewed by {{name}} on {{time}}',
    own: 'This was your own access; somebody else has to review it.',
  },
};

export const oversightProblems = {
  'break-glass/not-found': {
    what: 'There is no such emergency access.',
    safe: '',
    next: 'Go back to the list.',
  },
  'break-glass/not-needed': {
    what: 'You may see this patient as it is.',
    safe: 'No glass was broken.',
    next: 'Press Ctrl K, find the patient and open the record.',
  },
  'break-glass/wrong-pin': {
    what: 'The PIN is wrong.',
    safe: 'No glass was broken.',
    next: 'Type it again; if you forgot it, ask your administrator.',
  },
  'break-glass/no-pin': {
    what: 'You have no PIN yet.',
    safe: 'No glass was broken.',
    next: "Ask your administrator for one; if it is urgent, ring the patient's institution.",
  },
  'break-glass/not-yours': {
    what: 'Nobody reviews their own access.',
    safe: 'Nothing was changed.',
    next: 'Another director or the regulator reviews it.',
  },
  'break-glass/already-reviewed': {
    what: 'This has been reviewed already.',
    safe: 'The verdict stands.',
    next: 'The page is up to date now.',
  },
  'break-glass/stale-version': {
    what: 'This access has just changed.',
    safe: 'Your review was not submitted.',
    next: 'Look at it again, then submit.',
  },
  'break-glass/already-over': {
    what: 'This access has ended already.',
    safe: '',
    next: 'There is nothing to do.',
  },
};
