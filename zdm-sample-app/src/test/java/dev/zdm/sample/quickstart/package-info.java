/** The examples of the README, as they stand there. */
package dev.zdm.sample.quickstart;
