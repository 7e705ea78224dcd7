// k6 run generate.js: code generation, form-encoded and anonymous, as k6 posts objects.
import http from 'k6/http';
import { check, sleep } from 'k6';
import { FEW_FAILURES, URL, stages } from './stages.js';

export const options = {
  stages: stages(1),
  thresholds: {
    http_req_duration: ['p(95)<5000'],
    http_req_failed: FEW_FAILURES,
    checks: ['rate>0.999'],
  },
};

export default function generate() {
  const response = http.post(`${URL}/api/v1/generate`, {
    task_type: 'code_generation',
    language: 'typescript',
    description: 'create a REST API endpoint',
    complexity: 'medium',
  });

  check(response, {
    'status is 200': (r) => r.status === 200,
    'response time < 5s': (r) => r.timings.duration < 5000,
    'valid code generated': (r) => {
      const body = JSON.parse(r.body);
      return body.code && body.code.includes('export');
    },
  });

  sleep(2);
}
