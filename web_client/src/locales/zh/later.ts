/** Words of pages that open later: they come with those pages, not with the first screen. */

import { importProblems, imports } from './imports';
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
  imports,
  problems: {
    ...rosterProblems,
    ...oversightProblems,
    ...peopleProblems,
    ...writeBackProblems,
    ...importProblems,
  },
};
