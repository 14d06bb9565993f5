import angular from 'angular-eslint';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['**/dist/', '**/.angular/', 'test-output/', 'openapi/generated/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [typescript.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Express tells an error handler by its four parameters, used or not.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // `async` without `await` turns what is thrown into a rejection, which is what a port promises.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['api/**/*.ts', 'web/src/data/client/**/*.ts'],
    ignores: ['**/clock.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector:
            'MemberExpression[object.name=/^(Date|performance)$/][property.name="now"], NewExpression[callee.name="Date"][arguments.length=0], CallExpression[callee.name="Date"]',
          message: 'Time comes from the Clock: now() to measure with, date() to show.',
        },
      ],
    },
  },
  {
    files: ['web/src/**/*.ts'],
    ignores: ['web/src/data/client/**', 'web/src/messages/times.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name="Date"][property.name="now"]',
          message: 'Intervals are measured with performance.now(), which nobody can set.',
        },
      ],
    },
  },
  { files: ['**/*.{mjs,cjs}'], extends: [typescript.configs.recommended] },
  {
    files: ['conformance/**/*.ts', 'test/**/*.ts'],
    rules: {
      // What comes over the wire is held against the contract as the test runs, not by the compiler.
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['web/**/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
  },
  { files: ['web/**/*.html'], extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility] },
);
