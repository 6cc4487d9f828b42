/** By Problem.code: what happened, what is safe, what to do next. */
export const problems = {
  unknown: {
    what: 'This did not work ({{code}}).',
    safe: 'What was saved is safe.',
    next: 'Try again; if it still fails, tell your administrator the code above.',
  },
  'line/down': {
    what: "The server can't be reached.",
    safe: 'What you entered is still on this page.',
    next: 'Check the network, then try again; sending twice does not make two.',
  },
  'line/unreadable': {
    what: "The server's answer makes no sense.",
    safe: 'What you entered is still on this page.',
    next: 'Try again in a moment; if it still fails, tell your administrator.',
  },
  'session/wrong-credentials': {
    what: 'The user name or the password is wrong.',
    safe: '',
    next: 'Check both and try again; capitals matter.',
  },
  'session/expired': {
    what: 'Your login has expired.',
    safe: 'What was saved is safe.',
    next: 'Log in again and go on.',
  },
  'session/too-many-attempts': {
    what: 'Too many failed tries.',
    safe: '',
    next: 'Wait {{retry_after_s}} seconds, then try again.',
  },
  'access/denied': {
    what: 'Your present role may not do this.',
    safe: 'Nothing was changed.',
    next: 'Switch roles at the top right if you have another, or ask your administrator.',
  },
  'request/invalid': {
    what: 'Something was not filled in correctly.',
    safe: 'Nothing was changed.',
    next: 'Check the fields and send again.',
  },
  'request/foreign-origin': {
    what: 'This came from another site and was refused.',
    safe: 'Nothing was changed.',
    next: 'Open the page at its own address.',
  },
  'request/idempotency-key-reused': {
    what: 'This clashes with what was sent before.',
    safe: 'What was sent before stands.',
    next: 'Reload the page and look before you send again.',
  },
  'patient/not-found': {
    what: 'There is no such patient that you may see.',
    safe: '',
    next: 'Patients are seen by those who registered them or take part in their consult or referral.',
  },
  'patient/resident-id-invalid': {
    what: 'The resident ID is wrong.',
    safe: 'The patient was not registered.',
    next: 'Compare each digit with the card.',
  },
  'patient/identity-conflict': {
    what: 'This resident ID is registered with another name, sex or birth date.',
    safe: 'Nothing was added or changed.',
    next: 'Compare with the card and search for the patient; if the registration is wrong, ask your administrator.',
  },
  'patient/sex-missing': {
    what: 'The sex is missing.',
    safe: 'The patient was not registered.',
    next: 'Without a resident ID, choose the sex.',
  },
  'department/not-found': {
    what: 'There is no such department.',
    safe: '',
    next: 'Choose the department again.',
  },
  'department/nobody-on-duty': {
    what: 'Nobody of this department can be rung, not even the duty director.',
    safe: 'The consult is kept as a draft.',
    next: 'Choose another department, or phone the county hospital.',
  },
  'credential/not-valid': {
    what: 'Your practice certificate is unverified or expired.',
    safe: 'Nothing was changed; drafts are kept.',
    next: 'Ask your administrator to update it.',
  },
  'consult/not-found': {
    what: 'There is no such consult that you may see.',
    safe: '',
    next: 'Go back to the list.',
  },
  'consult/stale-version': {
    what: 'Somebody else, or another tab, has just changed this consult.',
    safe: 'Your step was not taken; the page is up to date now.',
    next: 'Look at it as it stands, then decide.',
  },
  'consult/not-allowed-now': {
    what: 'The consult does not allow this in its present state.',
    safe: 'Nothing was changed.',
    next: 'The page is up to date: use the buttons it shows.',
  },
  'consult/not-yours': {
    what: "This step is somebody else's.",
    safe: 'Nothing was changed.',
    next: 'Leave it to the other side.',
  },
  'consult/already-signed': {
    what: 'This report is signed already.',
    safe: 'What was signed does not change.',
    next: 'See the report on the page.',
  },
  'consult/wrong-pin': {
    what: 'The PIN is wrong.',
    safe: 'The draft is saved and not signed.',
    next: 'Enter it again; if you forgot it, ask your administrator.',
  },
  'consult/no-pin': {
    what: 'You have no PIN yet.',
    safe: 'The draft is saved and not signed.',
    next: 'Open “My account” at your name and choose one.',
  },
  'consult/report-empty': {
    what: 'The report is not complete.',
    safe: 'The draft is saved.',
    next: 'Write the assessment and the advice, then sign.',
  },
  'consult/reason-needed': {
    what: 'Anything but adopting needs a reason.',
    safe: 'Nothing was changed.',
    next: 'Write the reason and send again.',
  },
  'consult/draft-stale': {
    what: 'Another tab has saved this draft.',
    safe: 'Your text is still on this page.',
    next: 'Choose which one to keep.',
  },
  'invitation/not-found': {
    what: 'There is no such invitation.',
    safe: 'Nothing was changed.',
    next: 'Reload.',
  },
  'invitation/not-an-expert': {
    what: 'This person answers no consults.',
    safe: 'No invitation was sent.',
    next: 'Choose another expert.',
  },
  'invitation/takes-part-already': {
    what: 'This expert takes part already.',
    safe: 'No second invitation was sent.',
    next: 'Look at the board of experts.',
  },
  'invitation/stale-version': {
    what: 'This invitation has just changed.',
    safe: 'Your step was not taken; the page is up to date now.',
    next: 'Look at it as it stands, then decide.',
  },
  'invitation/not-allowed-now': {
    what: 'This can’t be done now, or has been done.',
    safe: 'Nothing was changed.',
    next: 'Countersigning and dissenting begin with the chair’s signature; after it, nobody who has joined is sent away.',
  },
  'invitation/not-yours': {
    what: 'This invitation is somebody else’s.',
    safe: 'Nothing was changed.',
    next: 'Leave it to the invited expert.',
  },
  'consult/slot-not-possible': {
    what: 'This time is over or too far away.',
    safe: 'Nothing was changed.',
    next: 'Choose a time within the next 90 days.',
  },
  'consult/not-proposed': {
    what: 'The other side hasn’t proposed this time, or has just changed its proposal.',
    safe: 'No time was agreed.',
    next: 'Look at the latest proposals.',
  },
  'consult/slot-taken': {
    what: 'The specialist meets somebody else then.',
    safe: 'No time was agreed.',
    next: 'Choose another time.',
  },
  'consult/no-meeting-now': {
    what: "The room can't be entered now.",
    safe: 'Images and report work all the same.',
    next: 'It is open from acceptance until the session ends.',
  },
  'study/not-found': {
    what: 'There is no such study that you may see.',
    safe: '',
    next: 'Make sure the upload has finished and try again.',
  },
  'study/patient-differs': {
    what: 'The images name another patient.',
    safe: 'They are stored and not attached.',
    next: "Check whether they are this patient's, then attach them.",
  },
  'referral/not-found': {
    what: 'There is no such referral that you may see.',
    safe: '',
    next: 'Go back to the list.',
  },
  'referral/stale-version': {
    what: 'Somebody else has just changed this referral.',
    safe: 'Your step was not taken; the page is up to date now.',
    next: 'Look at it as it stands, then decide.',
  },
  'referral/not-allowed-now': {
    what: 'The referral does not allow this now.',
    safe: 'Nothing was changed.',
    next: 'Use the buttons shown.',
  },
  'referral/not-yours': {
    what: "This step is the other institution's.",
    safe: 'Nothing was changed.',
    next: 'Wait for them, or phone.',
  },
  'referral/already-open': {
    what: 'This patient has an open referral already.',
    safe: 'No second one was made.',
    next: 'Go on with that one, or cancel it first.',
  },
  'referral/no-destination': {
    what: 'There is no destination yet.',
    safe: 'Nothing was changed.',
    next: 'The other side has to accept first.',
  },
  'referral/bed-or-slot': {
    what: 'Accepting needs a bed or a time.',
    safe: 'The referral is not accepted yet.',
    next: 'Choose a bed or agree on a time.',
  },
  'referral/instructions-missing': {
    what: 'The way down needs a word on follow-up.',
    safe: 'The referral was not sent.',
    next: 'Fill in the follow-up wanted, then send.',
  },
  'referral/not-a-replacement': {
    what: 'Only a draft for the same patient from the same institution can take its place.',
    safe: 'Nothing was changed.',
    next: 'Choose again.',
  },
  'bed/promised': {
    what: '{{held}} beds are held for patients on their way; these numbers leave no room for them.',
    safe: 'Nothing was saved.',
    next: 'Release a hold, or count added beds in the total.',
  },
  'bed/not-found': { what: 'There is no such bed pool.', safe: '', next: 'Reload and choose again.' },
  'bed/none-open': {
    what: 'No bed is open there now.',
    safe: 'The referral is not accepted yet.',
    next: "Choose another department's bed, or agree on a time.",
  },
  'bed/stale-version': {
    what: 'Somebody has just updated these numbers.',
    safe: 'Yours were not saved.',
    next: 'Look at the latest, then enter yours.',
  },
  'bed/more-occupied-than-total': {
    what: 'More beds are occupied than there are.',
    safe: 'Nothing was saved.',
    next: 'Check both numbers.',
  },
  'bus/no-answer': {
    what: 'One of the services did not answer.',
    safe: 'What was saved is safe.',
    next: 'Wait a few seconds and try again; if it goes on, tell your administrator.',
  },
  'room/full': { what: 'The room is full.', safe: '', next: 'Enter when somebody has left.' },
  'ticket/expired': { what: 'The ticket has expired.', safe: '', next: 'Enter again; a new one is fetched.' },
  'ticket/used': {
    what: 'The ticket was used already.',
    safe: '',
    next: 'Enter again; a new one is fetched.',
  },
  'ticket/invalid': {
    what: 'The ticket is not valid.',
    safe: '',
    next: 'Enter again; if it still fails, ask your administrator.',
  },
  'ticket/foreign': {
    what: 'The ticket is for another room.',
    safe: '',
    next: "Enter again from the consult's page.",
  },
  'printing/no-chinese-font': {
    what: 'The server has no Chinese font to print with.',
    safe: 'What is recorded is not affected and stays readable on the screen.',
    next: 'Ask the administrator to install fonts-wqy-microhei on the server, then print again.',
  },
  'upload/not-dicom': {
    what: 'This is not a DICOM file.',
    safe: 'It was not sent; the others are unaffected.',
    next: 'Choose DICOM files from the device or disc.',
  },
  'upload/damaged': {
    what: 'The file is incomplete or damaged.',
    safe: 'It was not taken; the others are unaffected.',
    next: 'Copy it again from the device or disc and send that.',
  },
  'upload/same-uid-other-bytes': {
    what: 'An image with the same UID and other contents is stored already.',
    safe: 'The stored one was kept.',
    next: 'Ask the radiographer which one is right.',
  },
  'upload/mismatch': {
    what: 'The file lacks an identifier or belongs to another study.',
    safe: 'It was not taken; the others are unaffected.',
    next: 'Export it from the device again.',
  },
  'upload/unsupported-kind': {
    what: "This kind of DICOM object can't be taken.",
    safe: 'It was not taken.',
    next: 'Choose image files.',
  },
  'upload/not-authorised': {
    what: 'This study belongs to another institution.',
    safe: 'It was not taken.',
    next: 'Let that institution send it.',
  },
  'upload/too-large': {
    what: 'The file is too large, or the server is full.',
    safe: 'What was stored is safe.',
    next: 'Export it in parts; you may submit first. If it happens to every file, tell your administrator at once.',
  },
  'upload/refused': {
    what: 'The server did not take this file.',
    safe: 'The others are unaffected.',
    next: 'Try again; if it still fails, ask your administrator.',
  },
};
