using System.IO.Compression;
using Ecs.Contracts.Events;
using Ecs.Model.Snapshots;

namespace Ecs.Scheduler.Tests.Snapshots;

public sealed class PackedStateTests
{
    private const int Piece = PackedState.PieceSize;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Piece - 1)]
    [InlineData(Piece)]
    [InlineData(Piece + 1)]
    [InlineData((3 * Piece) + 77)]
    public void Given_a_state_of_any_size_when_it_is_packed_then_it_is_unpacked_to_what_it_wrote(int size)
    {
        var state = Bytes.Of(size);

        var packed = PackedState.Of(state);

        Assert.Equal(size, packed.Size);
        Assert.Equal(StateDigest.Of(state), packed.Digest);
        Assert.NotEmpty(packed.Content);
        Assert.Equal(state.Written, packed.Unpack());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Piece + 77)]
    public void Given_a_state_that_an_older_version_packed_as_one_stream_then_it_is_unpacked_too(int size)
    {
        var state = Bytes.Of(size);
        using var packed = new MemoryStream();
        using (var stream = new BrotliStream(packed, CompressionLevel.Fastest, leaveOpen: true)) state.Write(stream);

        Assert.Equal(state.Written, new PackedState(StateDigest.Of(state), size, packed.ToArray()).Unpack());
    }

    public static TheoryData<string, Func<PackedState, PackedState>> Damages => new()
    {
        { "cut within a piece", packed => packed with { Content = packed.Content[..^1] } },
        { "cut within a length", packed => packed with { Content = packed.Content[..3] } },
        { "all gone", packed => packed with { Content = [] } },
        { "more behind it", packed => packed with { Content = [.. packed.Content, 0, 0, 0, 0] } },
        { "another mark", packed => packed with { Content = [255, 255, 255, 255, .. packed.Content[4..]] } },
        { "nothing but the mark", packed => packed with { Content = packed.Content[..4] } },
        { "another length", packed => packed with { Content = [.. packed.Content[..4], 255, 255, 255, 255, .. packed.Content[8..]] } },
        { "a piece twice", packed => packed with { Content = [.. packed.Content, .. packed.Content] } },
        { "another byte", packed => packed with { Content = [.. packed.Content[..^9], (byte)~packed.Content[^9], .. packed.Content[^8..]] } },
        { "a smaller size", packed => packed with { Size = packed.Size - 1 } },
        { "a larger size", packed => packed with { Size = packed.Size + 1 } },
        { "a size of a piece more", packed => packed with { Size = packed.Size + Piece } },
        { "no size", packed => packed with { Size = -1 } },
        { "another digest", packed => packed with { Digest = StateDigest.Of([1]) } },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void Given_a_packed_state_that_was_damaged_then_it_is_refused(string damage, Func<PackedState, PackedState> spoil)
    {
        var packed = PackedState.Of(Bytes.Of(Piece + 1_000));

        var refused = Assert.Throws<InvalidDataException>(() => spoil(packed).Unpack());

        Assert.False(string.IsNullOrEmpty(refused.Message), damage);
    }

    /// <summary>A state that is nothing but the bytes that it writes, some of which do not compress.</summary>
    private sealed record Bytes(byte[] Written) : ISnapshot<Bytes>
    {
        public static string Format => "bytes-1";

        public static Bytes Empty { get; } = new([]);

        public static Bytes Of(int size)
        {
            var written = new byte[size];
            new Random(size).NextBytes(written.AsSpan(0, size / 2));
            return new Bytes(written);
        }

        public static Bytes Read(ReadOnlyMemory<byte> content) => new(content.ToArray());

        // In writes of a length that does not go into a piece.
        public void Write(Stream content)
        {
            foreach (var some in Written.Chunk(4_099)) content.Write(some);
        }

        public Bytes Apply(IEvent e) => this;

        public long VersionOf(string stream) => 0;
    }
}
