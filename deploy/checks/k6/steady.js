// k6 run steady.js: 1000 requests per minute for five minutes, whoever is slow; no failure at all.
import http from 'k6/http';
import { check } from 'k6';
import { URL } from './stages.js';

const SCALE = Number(__ENV.K6_SCALE || 1);

export const options = {
  scenarios: {
    steady: {
      executor: 'constant-arrival-rate',
      rate: 1000,
      timeUnit: '1m',
      duration: `${Math.max(Math.round(300 * SCALE), 1)}s`,
      preAllocatedVUs: 50,
      maxVUs: 200,
    },
  },
  thresholds: {
    http_req_duration: ['p(95)<2000'],
    http_req_failed: ['rate==0'],
    dropped_iterations: ['count==0'],
  },
};

export default function route() {
  const response = http.post(`${URL}/api/v1/route`, {
    task_type: 'code_review',
    code: 'function test() { return 42; }',
    language: 'javascript',
  });

  check(response, { 'status is 200': (r) => r.status === 200 });
}
