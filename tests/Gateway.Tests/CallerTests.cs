using Ecs.Contracts;
using Ecs.Gateway.Api;

namespace Ecs.Gateway.Tests;

public class CallerTests
{
    [Theory]
    [InlineData("AKIDEXAMPLE", "eu-west-1", "000000000000", "arn:aws:iam::000000000000:user/AKIDEXAMPLE")]
    [InlineData("123456789012", "us-east-2", "123456789012", "arn:aws:iam::123456789012:root")]
    [InlineData("1234567890123", "us-east-2", "000000000000", "arn:aws:iam::000000000000:user/1234567890123")]
    public void Given_a_credential_scope_when_read_then_region_account_and_actor_come_from_it(
        string key, string region, string account, string actor)
    {
        var (caller, error) = Caller.Read(
            $"AWS4-HMAC-SHA256 Credential={key}/20260803/{region}/ecs/aws4_request, "
            + "SignedHeaders=host;x-amz-date, Signature=abcdef");

        Assert.Null(error);
        Assert.Equal(new Caller(new Scope(account, region), actor), caller);
    }

    [Theory, InlineData(null), InlineData(""), InlineData("Basic dTpw"), InlineData("Bearer abc")]
    public void Given_no_aws_credentials_when_read_then_it_is_anybody_in_the_default_scope(string? header) =>
        Assert.Equal(new Caller(Scope.Default, "anonymous"), Caller.Read(header).Caller);

    [Theory]
    [InlineData("AWS4-HMAC-SHA256")]
    [InlineData("AWS4-HMAC-SHA256 Credential=x")]
    [InlineData("AWS4-HMAC-SHA256 Credential=x/20260803/us:east/ecs/aws4_request")]
    [InlineData("AWS4-HMAC-SHA256 Credential=x/20260803/us-east-1/s3/aws4_request")]
    [InlineData("AWS4-HMAC-SHA256 Credential=x:y/20260803/us-east-1/ecs/aws4_request")]
    [InlineData("AWS4-ECDSA-P256-SHA256 Credential=x/20260803/ecs/aws4_request")]
    public void Given_an_aws_header_that_cannot_be_read_when_read_then_it_is_refused(string header)
    {
        var (caller, error) = Caller.Read(header);

        Assert.Null(caller);
        Assert.Equal("IncompleteSignatureException", error!.Type);
    }
}
