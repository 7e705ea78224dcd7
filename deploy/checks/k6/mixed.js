// k6 run mixed.js: half of the users search, half generate; about 130 requests per second at 200 users.
import generateCode from './generate.js';
import searchCode from './search.js';
import { FEW_FAILURES, stages } from './stages.js';

const users = (exec) => ({ executor: 'ramping-vus', startVUs: 0, stages: stages(0.5), exec });

export const options = {
  scenarios: { search: users('search'), generate: users('generate') },
  thresholds: {
    'http_req_duration{scenario:search}': ['p(95)<2000'],
    'http_req_duration{scenario:generate}': ['p(95)<5000'],
    http_req_failed: FEW_FAILURES,
    'checks{scenario:generate}': ['rate>0.999'],
  },
};

export function search() {
  searchCode();
}

export function generate() {
  generateCode();
}
