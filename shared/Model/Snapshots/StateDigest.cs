using System.Security.Cryptography;

namespace Ecs.Model.Snapshots;

/// <summary>One number for a whole state: two folds of the same log must come to the same.</summary>
public static class StateDigest
{
    /// <summary>
    /// The SHA-256 of what the state writes of itself, as 64 lower-case hexadecimal characters. States of different
    /// <see cref="ISnapshot{TSelf}.Format"/> are not to be compared by it.
    /// </summary>
    public static string Of<TState>(TState state)
        where TState : ISnapshot<TState>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var content = new HashingStream(hash, Stream.Null);
        state.Write(content);
        return Text(hash);
    }

    /// <summary>The digest of content that was written before.</summary>
    public static string Of(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>Writes a state into a stream, and gives its digest and its length in bytes.</summary>
    public static (string Digest, long Length) Write<TState>(TState state, Stream content)
        where TState : ISnapshot<TState>
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var hashing = new HashingStream(hash, content);
        state.Write(hashing);
        return (Text(hash), hashing.Length);
    }

    private static string Text(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());

    /// <summary>Hashes and counts what goes through it; the stream behind it stays open.</summary>
    private sealed class HashingStream(IncrementalHash hash, Stream behind) : WriteOnlyStream
    {
        private long _length;

        public override long Length => _length;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            behind.Write(buffer);
            _length += buffer.Length;
        }

        public override void Flush() => behind.Flush();
    }
}
