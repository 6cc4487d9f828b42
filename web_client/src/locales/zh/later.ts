/** Words of pages that open later: they come with those pages, not with the first screen. */

import { oversight, oversightProblems } from './oversight';
import { account, people, peopleProblems, places } from './people';
import { rosterProblems, rosters } from './rosters';
import { writeBack, writeBackProblems } from './writeBack';

export const later = {
  rosters,
  oversight,
  people,
  places,
  account,
  writeBack,
  problems: {
    ...rosterProblems,
    ...oversightProblems,
    ...peopleProblems,
    ...writeBackProblems,
  },
};
