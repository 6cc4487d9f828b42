/** The HTTP contract's values by the names this client uses; generated from the Python side. */

import type { components } from './generated/http';

type Schemas = components['schemas'];

export type Me = Schemas['Me'];
export type Membership = Schemas['Membership'];
export type Role = Membership['role'];
export type Institution = Schemas['Institution'];
export type Patient = Schemas['Patient'];
export type PatientSummary = Schemas['PatientSummary'];
export type PatientRegistration = Schemas['PatientRegistration'];
type PatientRecord = Schemas['PatientRecord'];
export type Episode = PatientRecord['episodes'][number];
export type Consult = Schemas['Consult'];
export type ConsultSummary = Schemas['ConsultSummary'];
export type ConsultDraft = Schemas['ConsultDraft'];
export type ConsultOffer = Schemas['ConsultOffer'];
export type ConsultState = Consult['state'];
export type Urgency = Consult['urgency'];
export type Vitals = Schemas['Vitals'];
export type StudyLink = Schemas['StudyLink'];
export type Report = Schemas['Report'];
export type ReportDraft = Schemas['ReportDraft'];
export type ReportContent = Pick<ReportDraft, 'findings' | 'assessment' | 'advice'>;
export type BedPool = Schemas['BedPool'];
export type Referral = Schemas['Referral'];
export type ReferralSummary = Schemas['ReferralSummary'];
export type ReferralDraft = Schemas['ReferralDraft'];
export type ReferralState = Referral['state'];
export type ReferralEvent = Referral['available_events'][number];
export type BreakGlass = Schemas['BreakGlass'];
export type BreakGlassVerdict = NonNullable<BreakGlass['verdict']>;
export type Priority = Referral['priority'];
export type Subscriber = Schemas['Subscriber'];
export type SubscriberName = Subscriber['name'];
export type DeadLetter = Schemas['DeadLetter'];
export type DeadLetterState = DeadLetter['state'];
export type Mismatch = Schemas['Mismatch'];
export type WriteBack = Schemas['WriteBack'];
export type DeadLetterPage = Schemas['DeadLetterPage'];
export type RosterWeek = Schemas['RosterWeek'];
export type RosterCopied = Schemas['RosterCopied'];
export type RosterCopy = Schemas['RosterCopy'];
export type Shift = Schemas['Shift'];
export type NewShift = Schemas['NewShift'];
export type Tier = Shift['tier'];
