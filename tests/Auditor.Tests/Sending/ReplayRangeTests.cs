using CsCheck;
using Ecs.Auditor.Requests;
using Ecs.Auditor.Sending;
using Ecs.Contracts;
using Ecs.Contracts.Commands;

namespace Ecs.Auditor.Tests.Sending;

public sealed class ReplayRangeTests
{
    private const long End = 1_000_000;

    [Theory]
    [InlineData(null, null, "from must be given: the first position.")]
    [InlineData(0L, null, "from must be a position from 1 to 1000001, behind the end.")]
    [InlineData(End + 2, null, "from must be a position from 1 to 1000001, behind the end.")]
    [InlineData(7L, 6L, "to must not be below from, 7.")]
    [InlineData(End - 1, End + 1, "to must be at most 1000000, where the log ends.")]
    [InlineData(End + 1, End + 1, "to must be at most 1000000, where the log ends.")]
    [InlineData(2L, 100_002L, "to must be at most 100001: one command has 100000 positions.")]
    [InlineData(1L, long.MaxValue, "to must be at most 100000: one command has 100000 positions.")]
    public void Given_a_range_that_is_none_when_read_then_the_error_names_member_and_rule(long? from, long? to, string error)
    {
        var refused = Assert.Throws<RefusedException>(() => ReplayRange.Of(new ReplayEvents { From = from, To = to }, End, from));
        Assert.Equal(
            (ErrorTypes.InvalidParameter, error, error.Split(' ')[0]),
            (refused.Error.Type, refused.Error.Message, refused.Error.Field));
    }

    [Fact]
    public void Given_a_log_of_any_length_when_asked_range_after_range_then_every_position_is_in_one_of_them() =>
        Gen.Select(Gen.Long[0, 450_000], Gen.Long[1, 450_001]).Where((end, from) => from <= end + 1).Sample((end, from) =>
        {
            var next = from;
            while (true)
            {
                var range = ReplayRange.Of(new ReplayEvents { From = next }, end, next);
                Assert.Equal(next, range.From);
                Assert.InRange(range.To - range.From + 1, next > end ? 0 : 1, ReplayEvents.MaxRange);
                next = range.To + 1;
                if (range.To == end) break;
            }

            Assert.Equal(end + 1, next);
        });

    [Fact]
    public void Given_positions_that_a_restore_left_out_when_asked_from_among_them_then_they_do_not_count()
    {
        const long goesOn = 1_795_634_536_732_001;
        var range = ReplayRange.Of(new ReplayEvents { From = 4_712 }, goesOn + 9, goesOn);
        Assert.Equal((4_712, goesOn + 9), (range.From, range.To));

        var more = ReplayRange.Of(new ReplayEvents { From = 4_712 }, goesOn + 250_000, goesOn);
        Assert.Equal(goesOn + ReplayEvents.MaxRange - 1, more.To);
    }

    [Fact]
    public void Given_no_filter_when_read_then_the_command_s_own_account_and_region_narrow()
    {
        var range = ReplayRange.Of(new ReplayEvents { From = 1, Account = "123456789012", Region = "r" }, End, 1);
        Assert.Equal(("123456789012", "r"), (range.Filter.Places!.Account, range.Filter.Places.Region));
        Assert.Equal(
            (Scope.DefaultAccount, Scope.DefaultRegion),
            (new ReplayEvents().Account, new ReplayEvents().Region));
    }
}
