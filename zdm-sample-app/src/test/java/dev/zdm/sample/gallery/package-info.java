/**
 * Bad migrations of the sample's customers, each beside its safe rewrite.
 *
 * <p>The bad ones are meant to fail: {@code GalleryTest} runs them and asserts what they say. Run one in an IDE to see
 * it red.
 */
package dev.zdm.sample.gallery;
