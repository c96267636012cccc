import { deprecatedRule, documentedRuleDefault, ruleDefault, type RuleDefault } from '@oslofjord/policy';

const PROJECT = ['project'];
const READER = 'rule:project_reader_or_admin';
const MEMBER = 'rule:project_member_or_admin';

/** The service's policies: who may do what unless the operator's file says otherwise. */
export const policies: readonly RuleDefault[] = [
  ruleDefault({ name: 'admin', checkStr: 'role:admin', description: 'An administrator of the cloud.' }),
  ruleDefault({
    name: 'project_member',
    checkStr: 'role:member and project_id:%(project_id)s',
    description: 'Somebody who works in the project of the volume.',
  }),
  ruleDefault({
    name: 'project_reader',
    checkStr: 'role:reader and project_id:%(project_id)s',
    description: 'Somebody who looks into the project of the volume.',
  }),
  ruleDefault({ name: 'project_member_or_admin', checkStr: 'rule:project_member or rule:admin' }),
  ruleDefault({ name: 'project_reader_or_admin', checkStr: 'rule:project_reader or rule:admin' }),
  documentedRuleDefault({
    name: 'project:list',
    checkStr: 'role:reader',
    description: 'List the projects that have volumes.',
    operations: [{ method: 'GET', path: '/v1/projects' }],
    scopeTypes: ['system'],
  }),
  documentedRuleDefault({
    name: 'volume:list',
    checkStr: READER,
    description: 'List the volumes of a project.',
    operations: [{ method: 'GET', path: '/v1/projects/{project_id}/volumes' }],
    scopeTypes: PROJECT,
  }),
  documentedRuleDefault({
    name: 'volume:list_all',
    checkStr: 'rule:admin',
    description: 'List the volumes of all projects.',
    operations: [{ method: 'GET', path: '/v1/volumes' }],
    scopeTypes: ['system', 'project'],
  }),
  documentedRuleDefault({
    name: 'volume:show',
    checkStr: READER,
    description: 'Show a volume.',
    operations: [{ method: 'GET', path: '/v1/volumes/{volume_id}' }],
    scopeTypes: PROJECT,
  }),
  documentedRuleDefault({
    name: 'volume:create',
    checkStr: MEMBER,
    description: 'Create a volume.',
    operations: [{ method: 'POST', path: '/v1/projects/{project_id}/volumes' }],
    scopeTypes: PROJECT,
  }),
  documentedRuleDefault({
    name: 'volume:resize',
    checkStr: MEMBER,
    description: 'Make a volume larger.',
    operations: [{ method: 'POST', path: '/v1/volumes/{volume_id}/resize' }],
    scopeTypes: PROJECT,
    deprecatedRule: deprecatedRule({
      name: 'volume:extend',
      checkStr: 'project_id:%(project_id)s',
      deprecatedReason: 'The operation is called resize everywhere else, and a reader must not do it.',
      deprecatedSince: '1.0.0',
    }),
  }),
  documentedRuleDefault({
    name: 'volume:delete',
    checkStr: MEMBER,
    description: 'Delete a volume.',
    operations: [{ method: 'DELETE', path: '/v1/volumes/{volume_id}' }],
    scopeTypes: PROJECT,
  }),
];
