using Ecs.Gateway.Access;
using Ecs.Hosting;
using Microsoft.Extensions.Configuration;

namespace Ecs.Gateway.Tests.Access;

public class AccessKeysTests
{
    [Fact]
    public void Given_a_table_when_read_then_each_key_has_its_account()
    {
        var keys = AccessKeys.Read(
            "X", "# a comment\n\nAKIA s1\r\n\t123456789012  s2 # its own\nbob s3 210987654321;ann s4 operator");

        Assert.Equal(4, keys.Count);
        Assert.Equal(3, keys.Accounts);
        Assert.Equal(("000000000000", false), (keys.Find("AKIA")!.Account, keys.Find("AKIA")!.IsOperator));
        Assert.Equal("123456789012", keys.Find("123456789012")!.Account);
        Assert.Equal("210987654321", keys.Find("bob")!.Account);
        Assert.True(keys.Find("ann")!.IsOperator);
        Assert.Null(keys.Find("eve"));
    }

    [Theory]
    [InlineData("a"), InlineData("a secret 12345"), InlineData("a secret 123456789012 admin"), InlineData("a/b secret")]
    [InlineData("ok secret\nok secret")]
    public void Given_a_line_that_cannot_be_read_when_read_then_its_number_is_told_and_nothing_of_it(string table)
    {
        var wrong = Assert.Throws<SettingException>(() => AccessKeys.Read("ECS_X", "first fine\n" + table));

        Assert.Contains("ECS_X", wrong.Message, StringComparison.Ordinal);
        Assert.Matches("number [23]", wrong.Message);
        Assert.DoesNotContain("secret ", wrong.Message.Replace("secret-access-key", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_key_when_printed_then_its_secret_is_not() =>
        Assert.Equal("a of 000000000000", $"{AccessKeys.Read("X", "a hidden").Find("a")}");

    [Fact]
    public void Given_neither_keys_nor_unsigned_access_when_settings_are_read_then_the_way_out_is_told()
    {
        var wrong = Assert.Throws<SettingException>(() => Read());

        Assert.Contains("ECS_ACCESS_KEYS_FILE", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("ECS_UNSIGNED_ACCESS=true", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Given_a_file_when_settings_are_read_then_it_is_the_table()
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "a b\n");

        Assert.Equal(1, Read(("ECS_ACCESS_KEYS_FILE", path)).Keys.Count);
        Assert.Throws<SettingException>(() => Read(("ECS_ACCESS_KEYS_FILE", path), ("ECS_ACCESS_KEYS", "c d")));
        File.Delete(path);
        Assert.Throws<SettingException>(() => Read(("ECS_ACCESS_KEYS_FILE", path)));
    }

    [Fact]
    public void Given_unsigned_access_when_settings_are_read_then_it_is_true_or_false()
    {
        Assert.True(Read(("ECS_UNSIGNED_ACCESS", "true")).AllowsUnsigned);
        Assert.False(Read(("ECS_UNSIGNED_ACCESS", "false"), ("ECS_ACCESS_KEYS", "a b")).AllowsUnsigned);
        Assert.Throws<SettingException>(() => Read(("ECS_UNSIGNED_ACCESS", "yes")));
    }

    private static AccessSettings Read(params (string Name, string Value)[] settings) => AccessSettings.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Name, setting => (string?)setting.Value))
            .Build());
}
